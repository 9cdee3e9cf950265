import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGuard, type Guard, type TokenVerifier } from '@mandate/core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { type Algorithm, fixtureKey, type SigningKey, signSegments } from '../support/tokens.js';

const GUIDES = fileURLToPath(new URL('../../packages/core/docs/providers/', import.meta.url));
/** Inside the tests, so that imports of the program find what the tests have. */
const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** Where a guide differs: its algorithm, its `typ`, and the header with the token. */
const DIFFERENCES: Readonly<
  Record<string, { readonly alg?: Algorithm; readonly typ?: string; readonly header?: string }>
> = {
  'aws-alb.md': { alg: 'ES256', header: 'x-amzn-oidc-data' },
  'cloudflare-access.md': { header: 'cf-access-jwt-assertion' },
  'duende.md': { typ: 'at+jwt' },
  'google-iap.md': { alg: 'ES256', header: 'x-goog-iap-jwt-assertion' },
};

const names = (await readdir(GUIDES)).filter((name) => name !== 'README.md');

describe('the first program of a guide', () => {
  test.each(names)(
    'accepts the token that the guide shows, once it has times: %s',
    async (name) => {
      const { program, shown } = await readGuide(name);
      const { alg = 'RS256', typ, header = 'authorization' } = DIFFERENCES[name] ?? {};
      const key = await fixtureKey(alg);
      serveKeys(key, String(shown['iss']));
      const guard = toGuard(await importProgram(withPem(program, await toPem(key))));
      const token = await sign(name, shown, key, typ);
      const value = header === 'authorization' ? `Bearer ${token}` : token;
      const request = createRequest({
        method: 'GET',
        path: '/orders',
        headers: { [header]: value },
      });
      const decision = await guard.authenticate(request);
      expect(decision.allowed ? undefined : decision.error.message).toBe(undefined);
      expect(decision.allowed && decision.principal.issuer).toBe(shown['iss']);
    },
  );
});

type Members = Readonly<Record<string, unknown>>;

async function readGuide(name: string): Promise<{ program: string; shown: Members }> {
  const text = await readFile(join(GUIDES, name), 'utf8');
  const program = /^```ts\n(.*?)^```$/ms.exec(text)?.[1] ?? '';
  const json = /^```json\n(.*?)^```$/ms.exec(text)?.[1] ?? '';
  return { program, shown: JSON.parse(json) as Members };
}

async function importProgram(program: string): Promise<Members> {
  const folder = await mkdtemp(join(FOLDER, 'guide-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'program.ts'), program);
  return import(join(folder, 'program.ts'));
}

function toGuard({ guard, verifier }: Members): Guard {
  if (guard !== undefined) return guard as Guard;
  return createGuard({ verifiers: [verifier as TokenVerifier] });
}

/** Answers every URL with the key, and metadata with the issuer. */
function serveKeys(key: SigningKey, issuer: string): void {
  vi.stubGlobal('fetch', async (url: string) => {
    if (url.startsWith('https://public-keys.auth.elb.')) return new Response(await toPem(key));
    const isMetadata = url.includes('/.well-known/openid-configuration');
    return Response.json(
      isMetadata ? { issuer, jwks_uri: `${issuer}/jwks` } : { keys: [key.publicJwk] },
    );
  });
  onTestFinished(() => void vi.unstubAllGlobals());
}

/** The guide of Passport shows where the PEM text of the key stands, and not the text. */
const withPem = (program: string, pem: string) =>
  program.replace(/-----BEGIN PUBLIC KEY-----\n….*?-----END PUBLIC KEY-----/s, pem);

async function toPem({ publicJwk, alg }: SigningKey): Promise<string> {
  const web =
    alg === 'ES256'
      ? { name: 'ECDSA', namedCurve: 'P-256' }
      : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const { kty, crv, n, e, x, y } = publicJwk as JsonWebKey;
  const jwk = JSON.parse(JSON.stringify({ kty, crv, n, e, x, y }));
  const imported = await crypto.subtle.importKey('jwk', jwk, web, true, ['verify']);
  const der = Buffer.from(await crypto.subtle.exportKey('spki', imported)).toString('base64');
  const lines = der.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----'].join('\n');
}

/** Signs what the guide shows. The load balancer's guide shows the header. */
function sign(name: string, shown: Members, key: SigningKey, typ = 'JWT'): Promise<string> {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const times = { iat: nowSeconds, exp: nowSeconds + 300 };
  if (name === 'aws-alb.md') {
    return signSegments({ ...shown, exp: times.exp }, { sub: 'ada' }, key);
  }
  return signSegments({ alg: key.alg, kid: key.kid, typ }, { ...shown, ...times }, key);
}

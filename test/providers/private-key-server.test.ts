import { createServer, request } from 'node:https';
import { createJwtVerifier, createKeySet, type KeySetSettings } from '@mandate/core/jwt';
import { kubernetes } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { judgeToken } from '../support/judge-token.js';
import { listen } from '../support/listen.js';
import { LOCALHOST } from '../support/localhost-certificate.js';
import { fixtureKey, signToken, toJwks } from '../support/tokens.js';

const TOKEN = 'the token of the pod';
const ISSUER = 'https://kubernetes.default.svc.cluster.local';

/** The API server of a cluster: a certificate of its own authority, and keys only for callers with a token. */
async function serveCluster(): Promise<number> {
  const body = JSON.stringify(toJwks(await fixtureKey('RS256')));
  const server = createServer(LOCALHOST, (message, response) => {
    const isKnown = message.headers.authorization === `Bearer ${TOKEN}`;
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/jwk-set+json' });
    response.end(isKnown && message.url === '/openid/v1/jwks' ? body : '{}');
  });
  return Number(new URL(await listen(server)).port);
}

/** A fetch that trusts one certificate authority and sends one token. */
const fetchWith =
  (ca: string | undefined, token: string): NonNullable<KeySetSettings['fetch']> =>
  (url, { headers, signal }) =>
    new Promise((resolve, reject) => {
      const options = { ca, signal, headers: { ...headers, authorization: `Bearer ${token}` } };
      const sent = request(url, options, (message) => {
        const chunks: Buffer[] = [];
        message.on('data', (chunk: Buffer) => chunks.push(chunk));
        message.on('error', reject);
        message.on('end', () =>
          resolve(new Response(Buffer.concat(chunks), { status: message.statusCode ?? 500 })),
        );
      });
      sent.on('error', reject).end();
    });

async function judge(fetch: NonNullable<KeySetSettings['fetch']>) {
  const port = await serveCluster();
  const verifier = createJwtVerifier(
    kubernetes({
      issuer: ISSUER,
      audience: 'orders',
      serviceAccounts: ['shop/web'],
      keys: createKeySet({ url: `https://localhost:${port}/openid/v1/jwks`, fetch }),
    }),
    { now: Date.now },
  );
  const nowSeconds = Math.floor(Date.now() / 1000);
  const claims = {
    iss: ISSUER,
    aud: ['orders'],
    iat: nowSeconds,
    exp: nowSeconds + 3600,
    sub: 'system:serviceaccount:shop:web',
    'kubernetes.io': { namespace: 'shop', serviceaccount: { name: 'web' } },
  };
  return judgeToken(verifier, await signToken(claims, { alg: 'RS256', typ: undefined }));
}

test('keys come from a server with a certificate authority and a token of its own', async () => {
  const principal = await judge(fetchWith(LOCALHOST.cert, TOKEN));
  expect(principal).toMatchObject({ subject: 'system:serviceaccount:shop:web' });
});

test('without the certificate authority the keys are unavailable', async () => {
  expect(await judge(fetchWith(undefined, TOKEN))).toBe('verifier_unavailable');
});

test('without the token the keys are unavailable', async () => {
  expect(await judge(fetchWith(LOCALHOST.cert, 'another'))).toBe('verifier_unavailable');
});

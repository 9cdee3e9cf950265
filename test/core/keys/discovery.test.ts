import { createGuard } from '@mandate/core';
import {
  createJwtVerifier,
  createKeySet,
  type JsonWebKeySet,
  type KeyFetchEvent,
  type KeySet,
  type KeySetOptions,
} from '@mandate/core/jwt';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createRequest } from '../../support/auth-request.js';
import {
  createIssuerSite,
  type Document,
  type IssuerSite,
  publish,
} from '../../support/issuer-site.js';
import {
  AUDIENCE,
  createSigningKey,
  type SigningKey,
  signToken,
  toJwks,
  validClaims,
} from '../../support/tokens.js';

const OPENID = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';

let first: SigningKey;
let second: SigningKey;
let site: IssuerSite;
let nowMs: number;
let events: KeyFetchEvent[];

beforeAll(async () => {
  first = await createSigningKey('ES256', 'first');
  second = await createSigningKey('ES256', 'second');
});

beforeEach(async () => {
  site = await createIssuerSite();
  nowMs = Date.UTC(2030, 0, 1);
  events = [];
});

const reasons = () => events.flatMap(({ reason }) => reason ?? []);

function createKeys(issuer: string): KeySet {
  return createKeySet({
    issuer,
    maxAgeSeconds: 600,
    now: () => nowMs,
    random: () => 0,
    onFetch: (event) => events.push(event),
  });
}

/** Decides about a token that the key has signed for the issuer. */
function createDecide(issuer: string, keys: KeySet | undefined = createKeys(issuer)) {
  const verifier = createJwtVerifier({ issuer, audience: AUDIENCE, keys }, { cacheSize: 0 });
  const guard = createGuard({ verifiers: [verifier], now: () => nowMs });
  return async (key: SigningKey) => {
    const seconds = nowMs / 1000;
    const token = await signToken(validClaims({ iss: issuer, iat: seconds, exp: seconds + 9e6 }), {
      key,
    });
    const decision = await guard.authenticate(createRequest({ token }));
    return decision.allowed ? 'allowed' : decision.error.code;
  };
}

describe('the keys of an issuer are found', () => {
  test('through its OpenID Connect configuration', async () => {
    publish(site, { path: OPENID, issuer: site.origin, keys: [first] });
    expect(await createDecide(site.origin)(first)).toBe('allowed');
    expect(site.requested).toEqual([OPENID, '/jwks']);
  });

  test('below the path of the issuer, whether it ends with a slash or not', async () => {
    for (const issuer of [`${site.origin}/tenants/7`, `${site.origin}/tenants/7/`]) {
      publish(site, { path: `/tenants/7${OPENID}`, issuer, keys: [first] });
      expect(await createDecide(issuer)(first)).toBe('allowed');
    }
  });

  test('through RFC 8414 metadata, whose path is inserted', async () => {
    const issuer = `${site.origin}/tenants/7`;
    publish(site, { path: `${OAUTH}/tenants/7`, issuer, keys: [first] });
    expect(await createDecide(issuer)(first)).toBe('allowed');
    expect(site.requested).toEqual([`/tenants/7${OPENID}`, `${OAUTH}/tenants/7`, '/jwks']);
  });

  test('although every unknown path answers with a page', async () => {
    site.documents.set(OPENID, (response) => response.end('<!doctype html>'));
    publish(site, { path: OAUTH, issuer: site.origin, keys: [first] });
    expect(await createDecide(site.origin)(first)).toBe('allowed');
  });

  test('by a verifier without keys', async () => {
    publish(site, { path: OPENID, issuer: site.origin, keys: [first] });
    const verifier = createJwtVerifier({ issuer: site.origin, audience: AUDIENCE });
    const guard = createGuard({ verifiers: [verifier] });
    const token = await signToken(validClaims({ iss: site.origin }), { key: first });
    expect(await guard.authenticate(createRequest({ token }))).toMatchObject({ allowed: true });
  });

  test('with one fetch of each document for any number of requests', async () => {
    publish(site, { path: OPENID, issuer: site.origin, keys: [first] });
    const decide = createDecide(site.origin);
    const answers = await Promise.all(Array.from({ length: 50 }, () => decide(first)));
    expect(new Set(answers)).toEqual(new Set(['allowed']));
    expect(site.requested).toEqual([OPENID, '/jwks']);
  });
});

describe('metadata is rejected', () => {
  const jwks = () => `${site.origin}/jwks`;
  test.each<[string, () => Document, string]>([
    ['of another issuer', () => ({ issuer: 'https://a.example', jwks_uri: jwks() }), 'issuer'],
    [
      'of the issuer with a slash more',
      () => ({ issuer: `${site.origin}/`, jwks_uri: jwks() }),
      'issuer',
    ],
    ['without an issuer', () => ({ jwks_uri: jwks() }), 'issuer'],
    ['without a jwks_uri', () => ({ issuer: site.origin }), 'jwks_uri'],
    [
      'with a jwks_uri that is a list',
      () => ({ issuer: site.origin, jwks_uri: [jwks()] }),
      'jwks_uri',
    ],
    [
      'with an insecure jwks_uri',
      () => ({ issuer: site.origin, jwks_uri: 'http://a.example/' }),
      'https:',
    ],
    [
      'with a jwks_uri of another scheme',
      () => ({ issuer: site.origin, jwks_uri: 'data:,{}' }),
      'https:',
    ],
    [
      'with a password in its jwks_uri',
      () => ({ issuer: site.origin, jwks_uri: 'https://a:b@a.example' }),
      'password',
    ],
    ['that is null', () => (response) => response.end('null'), 'object'],
    [
      'that is a redirect',
      () => (response) => response.writeHead(302, { location: '/x' }).end(),
      'status',
    ],
    ['that is too large', () => (response) => response.end('x'.repeat(600_000)), 'maxBytes'],
  ])('%s', async (_case, document, reason) => {
    site.documents.set('/jwks', toJwks(first));
    site.documents.set(OPENID, document());
    expect(await createDecide(site.origin)(first)).toBe('verifier_unavailable');
    expect(site.requested).not.toContain('/jwks');
    expect(reasons()).toEqual([expect.stringContaining(reason)]);
    expect(reasons()[0]).not.toContain('a.example');
  });
});

describe('hostile: metadata that must not choose the keys', () => {
  const here = (changes: object) => () => ({
    issuer: site.origin,
    jwks_uri: `${site.origin}/jwks`,
    ...changes,
  });
  const port = () => new URL(site.origin).port;

  test.each<[string, () => object]>([
    ['an issuer in upper case', () => here({ issuer: site.origin.toUpperCase() })()],
    ['an issuer with a path', () => here({ issuer: `${site.origin}/a` })()],
    ['an issuer with a query', () => here({ issuer: `${site.origin}?` })()],
    ['an issuer with a fragment', () => here({ issuer: `${site.origin}#` })()],
    ['an issuer with a user', () => here({ issuer: `http://a@127.0.0.1:${port()}` })()],
    [
      'an issuer of another host of this machine',
      () => here({ issuer: `http://localhost:${port()}` })(),
    ],
    ['an issuer with a space', () => here({ issuer: `${site.origin} ` })()],
    ['an issuer that is a list', () => here({ issuer: [site.origin] })()],
    ['an issuer that is null', here({ issuer: null })],
    ['an issuer in another case of the member', here({ issuer: undefined, Issuer: 'x' })],
    ['a relative jwks_uri', here({ jwks_uri: '/jwks' })],
    ['a jwks_uri without a scheme', () => here({ jwks_uri: `//127.0.0.1:${port()}/jwks` })()],
    ['an empty jwks_uri', here({ jwks_uri: '' })],
    ['a jwks_uri that is null', here({ jwks_uri: null })],
    ['a jwks_uri that is an object', here({ jwks_uri: { href: 'https://a.example' } })],
    ['a jwks_uri over http: elsewhere', here({ jwks_uri: 'http://10.0.0.1/jwks' })],
    ['a jwks_uri that looks like loopback', here({ jwks_uri: 'http://127.0.0.1.a.example/jwks' })],
    [
      'a jwks_uri whose user looks like loopback',
      here({ jwks_uri: 'http://127.0.0.1@a.example/' }),
    ],
    ['a jwks_uri of a file', here({ jwks_uri: 'file:///etc/passwd' })],
    ['a jwks_uri of a script', here({ jwks_uri: 'javascript:1' })],
    ['a jwks_uri of blob:', here({ jwks_uri: 'blob:https://a.example/1' })],
    ['a jwks_uri with a user', () => here({ jwks_uri: `http://a@127.0.0.1:${port()}/jwks` })()],
    ['a list of metadata', () => [here({})()]],
  ])('%s', async (_case, document) => {
    site.documents.set('/jwks', toJwks(first));
    site.documents.set(OPENID, document());
    expect(await createDecide(site.origin)(first)).toBe('verifier_unavailable');
    expect(site.requested).not.toContain('/jwks');
  });

  test.each([301, 302, 303, 307, 308])('a redirect with status %s', async (status) => {
    publish(site, { path: '/elsewhere', issuer: site.origin, keys: [first] });
    const location = `${site.origin}/elsewhere`;
    for (const path of [OPENID, OAUTH]) {
      site.documents.set(path, (response) => response.writeHead(status, { location }).end());
    }
    expect(await createDecide(site.origin)(first)).toBe('verifier_unavailable');
    expect(site.requested).toEqual([OPENID, OAUTH]);
  });

  test('a redirect of the keys', async () => {
    publish(site, { path: OPENID, issuer: site.origin, keys: [first] });
    site.documents.set('/elsewhere', toJwks(first));
    const location = `${site.origin}/elsewhere`;
    site.documents.set('/jwks', (response) => response.writeHead(302, { location }).end());
    expect(await createDecide(site.origin)(first)).toBe('verifier_unavailable');
    expect(site.requested).not.toContain('/elsewhere');
  });

  test.each([
    ['at the place of another tenant', `${OPENID}/tenants/7`],
    ['inserted as RFC 8414 does not say', `/tenants/7${OAUTH}`],
    ['at the root', OPENID],
    ['of OAuth at the root', OAUTH],
    ['at a path that is encoded', `/tenants%2f7${OPENID}`],
  ])('%s, for an issuer with a path', async (_case, path) => {
    const issuer = `${site.origin}/tenants/7`;
    publish(site, { path, issuer, keys: [first] });
    expect(await createDecide(issuer)(first)).toBe('verifier_unavailable');
    expect(site.requested).toEqual([`/tenants/7${OPENID}`, `${OAUTH}/tenants/7`]);
  });
});

describe('an outage of the metadata', () => {
  beforeEach(() => publish(site, { path: OPENID, issuer: site.origin, keys: [first] }));

  test('is not reported as an invalid token before any key is known, and ends', async () => {
    const working = site.documents.get(OPENID) as object;
    site.documents.set(OPENID, (response) => response.writeHead(500).end());
    const decide = createDecide(site.origin);
    expect(await decide(first)).toBe('verifier_unavailable');
    site.documents.set(OPENID, working);
    nowMs += 60_000;
    expect(await decide(first)).toBe('allowed');
  });

  test('does not stop known keys, nor their refresh and rotation', async () => {
    const decide = createDecide(site.origin);
    expect(await decide(first)).toBe('allowed');
    site.documents.set(OPENID, (response) => response.writeHead(500).end());
    site.documents.set('/jwks', toJwks(second));
    nowMs += 700_000;
    expect(await decide(second)).toBe('allowed');
    expect(await decide(first)).not.toBe('allowed');
    expect(events).toContainEqual({
      url: expect.stringContaining('/.well-known/'),
      ok: false,
      failures: 0,
      reason: expect.stringContaining('status'),
    });
  });

  test('that never answers leaves time for the keys', async () => {
    const decide = createDecide(
      site.origin,
      createKeySet({ issuer: site.origin, maxAgeSeconds: 600, now: () => nowMs }),
    );
    expect(await decide(first)).toBe('allowed');
    site.documents.set(OPENID, () => {});
    site.documents.set('/jwks', toJwks(second));
    nowMs += 700_000;
    expect(await decide(second)).toBe('allowed');
  });
});

test('keys at a new address are found again', async () => {
  publish(site, { path: OPENID, issuer: site.origin, keys: [first] });
  const decide = createDecide(site.origin);
  expect(await decide(first)).toBe('allowed');
  site.documents.delete('/jwks');
  site.documents.set('/moved', toJwks(second));
  site.documents.set(OPENID, { issuer: site.origin, jwks_uri: `${site.origin}/moved` });
  nowMs += 10_000;
  expect(await decide(second)).toBe('verifier_unavailable');
  nowMs += 60_000;
  expect(await decide(second)).toBe('allowed');
});

test('the metadata is not requested again while the keys are looked up', async () => {
  publish(site, { path: OPENID, issuer: site.origin, keys: [first] });
  const decide = createDecide(site.origin);
  expect(await decide(first)).toBe('allowed');
  site.documents.set('/jwks', toJwks(first, second));
  nowMs += 10_000;
  expect(await decide(second)).toBe('allowed');
  expect(site.requested).toEqual([OPENID, '/jwks', '/jwks']);
});

describe('createKeySet', () => {
  test.each<[string, object, string]>([
    ['neither a URL nor an issuer', {}, 'either url or issuer is required'],
    [
      'both',
      { url: 'https://a.example/jwks', issuer: 'https://a.example' },
      'either url or issuer',
    ],
    [
      'an issuer with a query',
      { issuer: 'https://a.example?x=1' },
      'neither a query nor a fragment',
    ],
    ['an issuer with an empty query', { issuer: 'https://a.example?' }, 'neither a query'],
    ['an issuer with a fragment', { issuer: 'https://a.example#x' }, 'nor a fragment'],
    ['an issuer without a scheme', { issuer: 'a.example' }, 'issuer is not a valid URL'],
    ['an insecure issuer', { issuer: 'http://a.example' }, 'allowHttp'],
    ['a password', { issuer: 'https://a:b@a.example' }, 'password'],
    ['an issuer that is a URL object', { issuer: new URL('https://a.example') }, 'as a string'],
    ['an insecure URL', { url: 'http://keycloak:8080/jwks' }, 'allowHttp'],
    [
      'allowHttp that is not a boolean',
      { url: 'https://a.example', allowHttp: 'yes' },
      'true or false',
    ],
    [
      'another scheme, even with allowHttp',
      { url: 'ftp://a.example', allowHttp: true },
      'https: or http:',
    ],
  ])('rejects %s', (_case, options, message) => {
    expect(() => createKeySet(options as KeySetOptions)).toThrow(TypeError);
    expect(() => createKeySet(options as KeySetOptions)).toThrow(message);
  });

  test('takes http: inside a cluster with allowHttp', async () => {
    const urls: string[] = [];
    const issuer = 'http://keycloak:8080/realms/a';
    const keys = createKeySet({
      issuer,
      allowHttp: true,
      fetch: async (url) => {
        urls.push(url);
        const isKeys = url.endsWith('/certs');
        return Response.json(isKeys ? toJwks(first) : { issuer, jwks_uri: `${issuer}/certs` });
      },
    });
    expect(await createDecide(issuer, keys)(first)).toBe('allowed');
    expect(urls).toEqual([`${issuer}${OPENID}`, `${issuer}/certs`]);
  });

  test('converts an answer of another form', async () => {
    const keys = createKeySet({
      url: 'https://a.example/bundle',
      fetch: async () => Response.json({ bundle: toJwks(first) }),
      toJwks: (answer) => (answer as { bundle: JsonWebKeySet }).bundle,
    });
    expect(await createDecide('https://a.example', keys)(first)).toBe('allowed');
  });
});

test.each(['urn:example:issuer', 'a.example', 'https://a.example?x'])(
  'a verifier of the issuer %s must be given keys',
  (issuer) => {
    expect(() => createJwtVerifier({ issuer, audience: AUDIENCE })).toThrow(TypeError);
  },
);

test.each([[['https://a.example', 'https://b.example']], [null]])(
  'a verifier of the issuers %j must be given keys',
  (issuer) => {
    expect(() => createJwtVerifier({ issuer, audience: AUDIENCE })).toThrow(
      'keys are required, because the issuer is not one URL',
    );
  },
);

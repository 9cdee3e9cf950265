import {
  AuthError,
  createGuard,
  type DenialChange,
  type Guard,
  type TokenVerifier,
} from '@mandate/core';
import { renderGleanDenial, whenGleanOAuth } from '@mandate/core/glean';
import { createIntrospectionVerifier, rememberVerified } from '@mandate/core/introspection';
import { createIssuerTable, createJwtVerifier, type JwtIssuer } from '@mandate/core/jwt';
import {
  createMetadataHandler,
  createResource,
  type ResourceOptions,
} from '@mandate/core/resource';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../../support/auth-request.js';
import { createPrincipal, verifierOf } from '../../support/static-verifier.js';
import { fixtureKey, toKeySet } from '../../support/tokens.js';
import { describeUnknownOptions } from '../../support/unknown-options.js';

const IDENTIFIER = 'https://api.example.com/v1';
const required = { identifier: IDENTIFIER, authorizationServers: ['https://sso.example.com'] };
const create = (options: Partial<Record<keyof ResourceOptions, unknown>> = {}) =>
  createResource({ ...required, ...options } as ResourceOptions);

describeUnknownOptions([], {
  createResource: (unknown) => createResource({ ...required, ...unknown }),
});

describe('the identifier', () => {
  test.each([
    ['https://api.example.com', '/.well-known/oauth-protected-resource'],
    ['https://api.example.com/', '/.well-known/oauth-protected-resource'],
    ['https://api.example.com/a/b', '/.well-known/oauth-protected-resource/a/b'],
    ['https://api.example.com/a/', '/.well-known/oauth-protected-resource/a/'],
    ['https://api.example.com:8443/a', '/.well-known/oauth-protected-resource/a'],
    ['http://127.0.0.1:3000/mcp', '/.well-known/oauth-protected-resource/mcp'],
    ['http://localhost:3000', '/.well-known/oauth-protected-resource'],
  ])('%s is published as written, with its metadata at %s', (identifier, path) => {
    const resource = create({ identifier });
    expect(resource.identifier).toBe(identifier);
    expect(resource.metadataUrl).toBe(new URL(identifier).origin + path);
    expect(resource.buildMetadata([])['resource']).toBe(identifier);
  });

  test.each([
    'http://api.example.com',
    'api.example.com',
    '/v1',
    '',
    'urn:example:api',
    'https://api.example.com/a?x=1',
    'https://api.example.com/a?',
    'https://api.example.com/a#b',
    'https://api.example.com/a#',
    'https://user:secret@api.example.com',
    ' https://api.example.com',
    'https://api.example.com/a b',
    'https://api.example.com/a\n',
    undefined,
    null,
    7,
  ])('must not be %j', (identifier) => {
    expect(() => create({ identifier })).toThrow(TypeError);
  });

  test.each([
    ['https://API.example.com/v1', 'https://api.example.com/v1'],
    ['HTTPS://api.example.com/v1', 'https://api.example.com/v1'],
    ['https://api.example.com:443/v1', 'https://api.example.com/v1'],
    ['https://api.example.com/a/../v1', 'https://api.example.com/v1'],
    ['https://api.example.com/"', 'https://api.example.com/%22'],
    ['https://api.example.com\\v1', 'https://api.example.com/v1'],
    ['https://bücher.example', 'https://xn--bcher-kva.example/'],
  ])('must not be %s, which is %s', (identifier, canonical) => {
    expect(() => create({ identifier })).toThrow(
      `createResource: identifier must be written in its canonical form: ${canonical}`,
    );
  });
});

test.each([
  ['authorizationServers', undefined],
  ['authorizationServers', []],
  ['authorizationServers', 'https://sso.example.com'],
  ['authorizationServers', ['sso.example.com']],
  ['authorizationServers', ['http://sso.example.com']],
  ['authorizationServers', ['https://sso.example.com/?a=1']],
  ['authorizationServers', ['https://sso.example.com/#a']],
  ['authorizationServers', [undefined]],
  ['documentationUrl', '/docs'],
  ['documentationUrl', 'http://docs.example.com'],
  ['policyUrl', 'javascript:alert(1)'],
  ['termsUrl', ''],
  ['name', ''],
  ['name', 7],
  ['scopesSupported', 'READ'],
  ['scopesSupported', ['a b']],
  ['scopesSupported', ['a"']],
  ['scopesSupported', ['']],
  ['scopesSupported', ['READ', 'offline_access']],
  ['audience', ''],
  ['audience', []],
  ['audience', [undefined]],
  ['showScopes', 'false'],
])('%s must not be %j', (option, value) => {
  expect(() => create({ [option]: value })).toThrow(TypeError);
});

test('an issuer keeps its own spelling, slash included', () => {
  const authorizationServers = ['https://sso.example.com/', 'https://login.example.com/tenant'];
  expect(create({ authorizationServers }).buildMetadata([])['authorization_servers']).toEqual(
    authorizationServers,
  );
});

test('a list that changes later does not change the metadata', () => {
  const scopesSupported = ['READ'];
  const resource = create({ scopesSupported });
  scopesSupported.push('offline_access');
  expect(resource.buildMetadata([])['scopes_supported']).toEqual(['READ']);
});

test('an empty list of scopes is omitted', () => {
  expect(JSON.stringify(create({ scopesSupported: [] }).buildMetadata([]))).not.toContain('scopes');
});

describe('the audience of an issuer', async () => {
  const keys = toKeySet(await fixtureKey());
  const issuer = (audience: JwtIssuer['audience'], name = 'https://sso.example.com') => ({
    issuer: name,
    audience,
    keys,
  });
  const introspection = (audience: JwtIssuer['audience']) =>
    createIntrospectionVerifier({
      endpoint: 'https://sso.example.com/introspect',
      client: { id: 'api', secret: 'secret' },
      issuer: 'https://sso.example.com',
      audience,
    });
  const guardOf = (verifier: TokenVerifier, options: Partial<ResourceOptions> = {}) =>
    createGuard({ verifiers: [verifier], resource: create(options) });

  const VERIFIERS: readonly (readonly [
    string,
    (audience: JwtIssuer['audience']) => TokenVerifier,
  ])[] = [
    ['createJwtVerifier', (audience) => createJwtVerifier(issuer(audience))],
    [
      'the second issuer of createJwtVerifier',
      (audience) =>
        createJwtVerifier([
          issuer([IDENTIFIER, '7f3d']),
          issuer(audience, 'https://other.example'),
        ]),
    ],
    ['createIntrospectionVerifier', introspection],
    ['rememberVerified', (audience) => rememberVerified(createJwtVerifier(issuer(audience)))],
    ['whenGleanOAuth', (audience) => whenGleanOAuth(createJwtVerifier(issuer(audience)))],
  ];

  test.each(VERIFIERS)('of %s must include the identifier', (_name, verifierFor) => {
    for (const audience of [IDENTIFIER, ['other', IDENTIFIER]]) {
      expect(() => guardOf(verifierFor(audience))).not.toThrow();
    }
    for (const audience of [null, 'other', `${IDENTIFIER}/`, [IDENTIFIER.toUpperCase()]]) {
      expect(() => guardOf(verifierFor(audience))).toThrow(
        `must include "${IDENTIFIER}", the resource`,
      );
    }
  });

  test.each(VERIFIERS)(
    'of %s may be another one, if the resource says so',
    (_name, verifierFor) => {
      const options = { audience: ['api://orders', '7f3d'] };
      expect(() =>
        guardOf(verifierFor(['api://orders', '7f3d', IDENTIFIER]), options),
      ).not.toThrow();
      expect(() => guardOf(verifierFor(null), options)).toThrow(
        'must include "api://orders" or "7f3d"',
      );
      expect(() => guardOf(verifierFor(null), { audience: null })).not.toThrow();
    },
  );

  test('is named in the message', () => {
    expect(() => guardOf(createJwtVerifier(issuer('other')))).toThrow(
      'createGuard: the audience of https://sso.example.com must include',
    );
  });

  test('is unknown if the issuer is found at run time', () => {
    const verifier = createJwtVerifier(createIssuerTable(() => undefined));
    expect(() => guardOf(verifier as TokenVerifier)).toThrow('issuers that are found at run time');
    expect(() => guardOf(verifier as TokenVerifier, { audience: null })).not.toThrow();
  });

  test('does not matter to a verifier of tokens without one', () => {
    expect(() => guardOf(verifierOf(createPrincipal()))).not.toThrow();
  });
});

test.each([{}, 'https://api.example.com', null, required])(
  'createGuard rejects %j as a resource',
  (resource) => {
    const verifiers = [verifierOf(createPrincipal())];
    expect(() => createGuard({ verifiers, resource: resource as never })).toThrow(
      'createGuard: resource must be made by createResource',
    );
  },
);

describe('a challenge', () => {
  const metadata =
    'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/v1"';
  const verifiers = [verifierOf(createPrincipal({ scopes: ['A'] }))];
  const resource = create();

  async function challengeOf(guard: Guard, path: string, token?: string) {
    const request = createRequest({ path, ...(token !== undefined && { token }) });
    const decision = await guard.decide(request);
    return decision.allowed ? undefined : decision.denial.headers['www-authenticate'];
  }

  test('names the scopes of every entry that could match', async () => {
    const endpoints = {
      'GET /files/:id': { scopes: ['A', 'B'] },
      'GET /:folder/latest': { scopes: ['C', 'B'] },
    } as const;
    const guard = createGuard({ verifiers, resource, endpoints });
    const request = createRequest({ path: '/files/latest', token: 'good' });
    const decision = await guard.decide(request);
    expect(decision.allowed).toBe(false);
    const challenge = await challengeOf(guard, '/files/latest', 'good');
    const [, scope = ''] = / scope="([^"]+)"/.exec(challenge ?? '') ?? [];
    const granted = createGuard({
      verifiers: [verifierOf(createPrincipal({ scopes: scope.split(' ') }))],
      endpoints,
    });
    expect((await granted.decide(request)).allowed).toBe(true);
  });

  test('in the format of Glean has the metadata too', async () => {
    const guard = createGuard({ verifiers, resource, renderDenial: renderGleanDenial });
    expect(await challengeOf(guard, '/')).toBe(`Bearer ${metadata}`);
  });

  test.each<[DenialChange, string | undefined]>([
    [{ headers: { 'www-authenticate': null } }, undefined],
    [
      { headers: { 'www-authenticate': 'DPoP algs="ES256"' } },
      `DPoP algs="ES256", scope="B", ${metadata}`,
    ],
    [{ headers: { 'www-authenticate': 'Bearer scope="X"' } }, `Bearer scope="X", ${metadata}`],
    [
      { headers: { 'www-authenticate': 'Bearer resource_metadata="https://x.example"' } },
      'Bearer resource_metadata="https://x.example", scope="B"',
    ],
    [{ status: 404 }, `Bearer ${metadata}`],
    [{ body: 'no' }, `Bearer scope="B", ${metadata}`],
  ])('keeps what renderDenial %j decides', async (change, expected) => {
    const endpoints = { 'GET /': { scopes: ['B'] } } as const;
    const guard = createGuard({ verifiers, resource, endpoints, renderDenial: () => change });
    expect(await challengeOf(guard, '/')).toBe(expected);
  });

  test('of an outage does not exist', async () => {
    const failing: TokenVerifier = {
      accepts: () => true,
      verify() {
        throw new AuthError('verifier_unavailable');
      },
    };
    const guard = createGuard({ verifiers: [failing], resource, onDecision: null });
    expect(await challengeOf(guard, '/', 'good')).toBeUndefined();
  });
});

describe('createMetadataHandler', () => {
  const verifiers = [verifierOf(createPrincipal())];
  const guardWith = (options?: Partial<ResourceOptions>) =>
    createGuard({ verifiers, resource: create(options) });

  test.each([undefined, [], [undefined], [{}], [createGuard({ verifiers })]])(
    'rejects the guards %j',
    (guards) => {
      expect(() => createMetadataHandler(guards as never)).toThrow(TypeError);
    },
  );

  test('rejects two resources at one path', () => {
    const other = guardWith({ identifier: 'https://other.example.com/v1' });
    expect(() => createMetadataHandler([guardWith(), other])).toThrow(
      'two resources have the path /.well-known/oauth-protected-resource/v1',
    );
  });

  test('joins the scopes of the guards of one resource', async () => {
    const resource = create({ scopesSupported: 'endpoints' });
    const one = createGuard({ verifiers, resource, endpoints: { 'GET /': { scopes: ['B'] } } });
    const other = createGuard({
      verifiers,
      resource,
      endpoints: { 'GET /': { scopes: ['A', 'B'] }, 'GET /x': 'public' },
    });
    const handler = createMetadataHandler([one, other]);
    const response = await handler(new Request(resource.metadataUrl), {});
    expect(await response.json()).toMatchObject({ scopes_supported: ['A', 'B'] });
  });

  test('rejects a map that requires offline_access', () => {
    const guard = createGuard({
      verifiers,
      resource: create({ scopesSupported: 'endpoints' }),
      endpoints: { 'GET /': { scopes: ['offline_access'] } },
    });
    expect(() => createMetadataHandler([guard])).toThrow('must not have offline_access');
  });

  test('ignores the host of the request', async () => {
    const handler = createMetadataHandler([guardWith()]);
    const url = 'http://attacker.example/.well-known/oauth-protected-resource/v1?x=1';
    const response = await handler(new Request(url), {});
    expect(await response.text()).not.toContain('attacker');
    expect(response.status).toBe(200);
  });
});

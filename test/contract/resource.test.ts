import { createGuard, type Principal, type TokenVerifier } from '@mandate/core';
import { createMetadataHandler, createResource, METADATA_PATH } from '@mandate/core/resource';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createPrincipal } from '../support/static-verifier.js';
import { RESOURCE_HOSTS } from './resource-hosts.js';

const AUTHORIZATION_SERVER = 'https://sso.example.com/tenant/';
const SEARCH_METADATA = `https://api.example.com${METADATA_PATH}/search`;
const TOOLS_METADATA = `https://api.example.com${METADATA_PATH}/tools`;

const PRINCIPALS: Readonly<Record<string, Principal>> = {
  reader: createPrincipal({ scopes: ['READ'] }),
  expired: createPrincipal({ scopes: ['READ'], expiresAt: 1 }),
};

const verifiers: readonly TokenVerifier[] = [
  {
    accepts: ({ token }) => Object.hasOwn(PRINCIPALS, token),
    verify: ({ token }) => PRINCIPALS[token] as Principal,
  },
];

const search = createGuard({
  verifiers,
  realm: 'search',
  resource: createResource({
    identifier: 'https://api.example.com/search',
    authorizationServers: [AUTHORIZATION_SERVER],
    scopesSupported: ['READ'],
    documentationUrl: 'https://docs.example.com/search',
    policyUrl: 'https://docs.example.com/policy',
    termsUrl: 'https://docs.example.com/terms',
    name: 'Search',
  }),
  endpoints: {
    'GET /search/public': 'public',
    'GET /search/any': { scopes: [] },
    'GET /search/documents': { scopes: ['READ', 'DOCUMENTS'] },
    'GET /search/people': { scopes: { anyOf: [['PEOPLE', 'ADMIN'], 'ENTITIES'] } },
    'GET /search/payments': {
      scopes: ['READ'],
      stepUp: { acrValues: ['phr', 'mfa'], maxAuthAgeSeconds: 300 },
    },
    'GET /search/group': { scopes: [], group: 'staff' },
  },
});

const tools = createGuard({
  verifiers,
  resource: createResource({
    identifier: 'https://api.example.com/tools',
    authorizationServers: [AUTHORIZATION_SERVER],
    showScopes: false,
  }),
  endpoints: { 'GET /tools/run': { scopes: ['RUN'] } },
});

const resourceMetadata = `resource_metadata="${SEARCH_METADATA}"`;
const invalid =
  'Bearer realm="search", error="invalid_token", error_description="The access token is not valid here."';
const lacking =
  'error="insufficient_scope", error_description="The token lacks a scope that this endpoint requires."';

/** The path, the `Authorization` header, and the status and the challenge of the answer. */
const CHALLENGES: readonly (readonly [
  string,
  string,
  string | undefined,
  number,
  string | null,
])[] = [
  [
    'no token',
    '/search/documents',
    undefined,
    401,
    `Bearer realm="search", scope="READ DOCUMENTS", ${resourceMetadata}`,
  ],
  [
    'no token, where a set of alternatives is required',
    '/search/people',
    undefined,
    401,
    `Bearer realm="search", scope="PEOPLE ADMIN", ${resourceMetadata}`,
  ],
  [
    'no token, where no scope is required',
    '/search/any',
    undefined,
    401,
    `Bearer realm="search", ${resourceMetadata}`,
  ],
  [
    'no token, where no rule is',
    '/search/unmapped',
    undefined,
    401,
    `Bearer realm="search", ${resourceMetadata}`,
  ],
  [
    'another scheme',
    '/search/any',
    'Basic YTpi',
    401,
    `Bearer realm="search", ${resourceMetadata}`,
  ],
  [
    'an empty Bearer',
    '/search/documents',
    'Bearer',
    401,
    `Bearer realm="search", scope="READ DOCUMENTS", ${resourceMetadata}`,
  ],
  [
    'two tokens',
    '/search/documents',
    'Bearer reader, Bearer reader',
    400,
    `Bearer realm="search", error="invalid_request", error_description="The request must carry exactly one well-formed bearer token.", ${resourceMetadata}`,
  ],
  [
    'a token of an authentication that is too weak',
    '/search/payments',
    'Bearer reader',
    401,
    `Bearer realm="search", error="insufficient_user_authentication", error_description="This endpoint requires a stronger or more recent authentication.", acr_values="phr mfa", max_age="300", scope="READ", ${resourceMetadata}`,
  ],
  [
    'an unknown token',
    '/search/documents',
    'Bearer nonsense',
    401,
    `${invalid}, scope="READ DOCUMENTS", ${resourceMetadata}`,
  ],
  [
    'an expired token',
    '/search/documents',
    'Bearer expired',
    401,
    `Bearer realm="search", error="invalid_token", error_description="The access token has expired.", scope="READ DOCUMENTS", ${resourceMetadata}`,
  ],
  [
    'a token without one of two scopes',
    '/search/documents',
    'Bearer reader',
    403,
    `Bearer realm="search", ${lacking}, scope="READ DOCUMENTS", ${resourceMetadata}`,
  ],
  [
    'a token without any of the alternatives',
    '/search/people',
    'Bearer reader',
    403,
    `Bearer realm="search", ${lacking}, scope="PEOPLE ADMIN", ${resourceMetadata}`,
  ],
  ['a token of another group', '/search/group', 'Bearer reader', 403, null],
  ['a path without a rule', '/search/unmapped', 'Bearer reader', 403, null],
  ['a sufficient token', '/search/any', 'Bearer reader', 200, null],
  ['a public endpoint', '/search/public', undefined, 200, null],
  [
    'no token, where scopes are not shown to strangers',
    '/tools/run',
    undefined,
    401,
    `Bearer resource_metadata="${TOOLS_METADATA}"`,
  ],
  [
    'a token without a scope, where scopes are not shown to strangers',
    '/tools/run',
    'Bearer reader',
    403,
    `Bearer ${lacking}, scope="RUN", resource_metadata="${TOOLS_METADATA}"`,
  ],
];

const METADATA = {
  [`${METADATA_PATH}/search`]: {
    resource: 'https://api.example.com/search',
    authorization_servers: [AUTHORIZATION_SERVER],
    scopes_supported: ['READ'],
    resource_name: 'Search',
    resource_documentation: 'https://docs.example.com/search',
    resource_policy_uri: 'https://docs.example.com/policy',
    resource_tos_uri: 'https://docs.example.com/terms',
  },
  [`${METADATA_PATH}/tools`]: {
    resource: 'https://api.example.com/tools',
    authorization_servers: [AUTHORIZATION_SERVER],
  },
};

describe.each(Object.keys(RESOURCE_HOSTS))('%s', (host) => {
  const start = async () =>
    listen(
      (await RESOURCE_HOSTS[host]?.(
        { search, tools },
        createMetadataHandler([search, tools]),
      )) as never,
    );

  test.each(CHALLENGES)('challenges %s', async (_what, path, authorization, status, challenge) => {
    const headers = authorization === undefined ? {} : { authorization };
    const response = await fetch((await start()) + path, { headers });
    expect(response.status).toBe(status);
    expect(response.headers.get('www-authenticate')).toBe(challenge);
    const exposed = response.headers.get('access-control-expose-headers');
    expect(exposed).toBe(challenge === null ? null : 'WWW-Authenticate');
  });

  test.each(Object.entries(METADATA))('serves %s without a token', async (path, document) => {
    const origin = await start();
    for (const authorization of [undefined, 'Bearer nonsense']) {
      const response = await fetch(
        origin + path,
        authorization ? { headers: { authorization } } : {},
      );
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(response.headers.get('cache-control')).toBe('public, max-age=3600');
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(await response.json()).toEqual(document);
    }
  });

  test('leads from the challenge to the metadata of that resource', async () => {
    const origin = await start();
    for (const path of ['/search/documents', '/tools/run']) {
      const refused = await fetch(origin + path);
      const challenge = refused.headers.get('www-authenticate') ?? '';
      const [, url = ''] = /resource_metadata="([^"]+)"/.exec(challenge) ?? [];
      const response = await fetch(origin + new URL(url).pathname);
      const { resource } = (await response.json()) as { resource: string };
      // RFC 9728 §3.3: identical to the identifier that the URL was built from.
      expect(url).toBe(resource.replace('.com/', `.com${METADATA_PATH}/`));
    }
  });

  test('answers HEAD without a body, and a preflight before the guard', async () => {
    const origin = await start();
    const head = await fetch(`${origin}${METADATA_PATH}/search`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([
      200,
      'application/json',
      '',
    ]);
    const preflight = await fetch(`${origin}${METADATA_PATH}/search`, { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('*, Authorization');
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, HEAD');
  });

  test.each([
    METADATA_PATH,
    `${METADATA_PATH}/search/`,
    `${METADATA_PATH}/search/documents`,
    `${METADATA_PATH}/Search`,
    `${METADATA_PATH}/%73earch`,
    `${METADATA_PATH}/searchx`,
  ])('has no metadata at %s, which pages may see', async (path) => {
    const response = await fetch((await start()) + path);
    expect(response.status).toBe(404);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test.each(['POST', 'PUT', 'DELETE'])('rejects %s of the metadata', async (method) => {
    const response = await fetch(`${await start()}${METADATA_PATH}/search`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });
});

describe.each(Object.keys(RESOURCE_HOSTS))('%s, for a resource without a path', (host) => {
  const root = createGuard({
    verifiers,
    resource: createResource({
      identifier: 'https://api.example.com',
      authorizationServers: [AUTHORIZATION_SERVER],
      scopesSupported: 'endpoints',
    }),
    endpoints: {
      'GET /root/a': { scopes: { anyOf: ['B', ['A', 'C']] } },
      'GET /root/b': { scopes: ['A'] },
    },
  });

  test('serves the metadata at the well-known path itself', async () => {
    const origin = await listen(
      (await RESOURCE_HOSTS[host]?.({ root }, createMetadataHandler([root]))) as never,
    );
    const response = await fetch(origin + METADATA_PATH);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      resource: 'https://api.example.com',
      authorization_servers: [AUTHORIZATION_SERVER],
      scopes_supported: ['A', 'B', 'C'],
    });
    expect((await fetch(`${origin}${METADATA_PATH}/root`)).status).toBe(404);
  });
});

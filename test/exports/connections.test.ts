import { createServer } from 'node:http';
import {
  type ConnectionChanges,
  createConnections,
  createMemoryExportStore,
  type ExportError,
  type NewConnection,
  toSalesforceEndpoints,
} from '@mandate/exports';
import { describe, expect, test } from 'vitest';
import { createSecretBox } from '../../packages/exports/src/secrets/secret-box.js';
import { openSigningSecrets } from '../../packages/exports/src/secrets/signing-secrets.js';
import { listen } from '../support/listen.js';
import { createCrmWorld, KEY, runWhileHanging, SESSION } from './support/crm-world.js';
import { finishLogin } from './support/finish-login.js';

const WEBHOOK = { kind: 'webhook', url: 'https://hooks.example.com/a' } as const;
const NOW_MS = Date.UTC(2026, 0, 1);

/** The paths of everything that is wrong. */
const paths = (promise: Promise<unknown>): Promise<readonly string[]> =>
  promise.then(
    () => Promise.reject(new Error('it was taken')),
    ({ code, issues }: ExportError) => {
      expect(code).toBe('invalid');
      return issues.map(({ path }) => path).sort();
    },
  );

describe('createConnections', () => {
  const options = {
    store: createMemoryExportStore(),
    keys: [KEY],
    callbackUrl: 'https://app.example.com/callback',
  };

  test.each([
    { callbackUrl: '/callback' },
    { callbackUrl: 'http://app.example.com/callback' },
    { callbackUrl: 'http://localhost/callback' },
    { callbackUrl: 'https://app.example.com/callback?a=b' },
    { callbackUrl: 'https://app.example.com/callback#a' },
    { callbackUrl: 'https://user@app.example.com/callback' },
    { keys: [] },
    { keys: [new Uint8Array(31)] },
    { keys: [KEY, 'a'.repeat(32) as never] },
    { timeoutMs: 0 },
    { timeoutMs: Number.NaN },
    { timeoutMs: 1e9 },
  ])('throws at once for %j', (wrong) => {
    expect(() => createConnections({ ...options, ...wrong })).toThrow(TypeError);
  });

  test.each([
    'https://app.example.com/callback',
    'https://app.example.com/callback/',
    'https://10.0.0.1:443/callback',
  ])('accepts the callback URL %s', (callbackUrl) => {
    expect(() => createConnections({ ...options, callbackUrl })).not.toThrow();
  });
});

describe('create', () => {
  test('stores a connection with the defaults of its preset', async () => {
    const { connections, fillIn, crm } = await createCrmWorld();
    const { connection, signingSecret } = await connections.create(fillIn());
    expect(connection).toEqual({
      ...{ id: connection.id, preset: 'salesforce', name: 'Engagements', siteId: 'site-1' },
      ...{ grantType: 'authorization_code', pkce: true, headerName: undefined },
      authorizationEndpoint: crm.authorizationEndpoint,
      tokenEndpoint: crm.tokenEndpoint,
      revocationEndpoint: crm.revocationEndpoint,
      issuer: undefined,
      clientId: crm.clientId,
      clientAuthentication: 'client_secret_post',
      scopes: ['api', 'refresh_token'],
      reauthorizationErrors: [],
      destination: fillIn().destination,
      redirectUri: expect.stringMatching(
        /^https:\/\/app\.example\.com\/exports\/callback\/[\w-]{22}$/,
      ),
      status: 'unauthorized',
      reason: undefined,
      pausedUntil: undefined,
      failingSince: undefined,
      authorizedAt: undefined,
      authorizedBy: undefined,
      refreshedAt: undefined,
      createdAt: new Date(NOW_MS),
    });
    expect(connection.id).toMatch(/^[0-9a-f]{32}$/);
    expect(signingSecret).toBeUndefined();
    expect(await connections.get(connection.id)).toEqual(connection);
  });

  test('returns the secret of a webhook once, with 256 random bits', async () => {
    const { connections, fillIn, readStored } = await createCrmWorld();
    const { connection, signingSecret } = await connections.create(
      fillIn({ destination: WEBHOOK }),
    );
    expect(signingSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const shown = [await connections.get(connection.id), await readStored(connection.id)];
    expect(JSON.stringify(shown)).not.toContain(signingSecret?.slice(6));
  });

  test('reports every fault at once, and repeats no value', async () => {
    const { connections } = await createCrmWorld({ allowLoopback: false });
    const wrong = {
      preset: 'sugar',
      name: '',
      siteId: 'a\u0000b',
      authorizationEndpoint: 'javascript:alert(1)',
      tokenEndpoint: 'https://169.254.169.254/token',
      revocationEndpoint: 'http://crm.example.com/revoke',
      issuer: 'not a URL',
      clientId: ' padded ',
      clientAuthentication: 'none',
      scopes: ['two scopes'],
      destination: { kind: 'webhook', url: 'https://user:seCret@hooks.example.com' },
      seCret: 1,
    };
    const error = await connections.create(wrong as never).catch((thrown: ExportError) => thrown);
    expect((error as ExportError).issues).toEqual([
      {
        path: 'preset',
        message: 'must be one of salesforce, hubspot, zoho, slack, google, microsoft, generic',
      },
      { path: 'name', message: 'must not be empty' },
      { path: 'siteId', message: 'must not have control characters' },
      { path: 'authorizationEndpoint', message: 'must begin with https://' },
      { path: 'tokenEndpoint', message: 'must not name a private address' },
      { path: 'revocationEndpoint', message: 'must begin with https://' },
      { path: 'issuer', message: 'must be an absolute URL' },
      { path: 'clientId', message: 'must not begin or end with white space' },
      {
        path: 'clientAuthentication',
        message: 'must be one of client_secret_basic, client_secret_basic_raw, client_secret_post',
      },
      { path: 'scopes.0', message: 'must be one scope without spaces' },
      { path: 'destination.url', message: 'must not contain a user name or password' },
      { path: 'seCret', message: 'is unknown' },
      { path: 'clientSecret', message: 'must be given' },
    ]);
    expect(String((error as ExportError).stack)).not.toContain('user:seCret');
  });

  test.each([
    [
      {},
      [
        'authorizationEndpoint',
        'clientId',
        'clientSecret',
        'destination',
        'name',
        'preset',
        'siteId',
        'tokenEndpoint',
      ],
    ],
    [null, ['']],
    ['a', ['']],
    [[], ['', 'clientSecret']],
  ])('rejects %j', async (input, expected) => {
    const { connections } = await createCrmWorld();
    expect((await paths(connections.create(input as never))).length).toBeGreaterThan(0);
    if (!Array.isArray(input))
      expect(await paths(connections.create(input as never))).toEqual(expected);
  });

  const salesforce = {
    kind: 'salesforce',
    object: 'Engagement__c',
    externalIdField: 'Id__c',
    fields: {},
    apiVersion: 'v62.0',
  } as const;

  test.each<readonly [Partial<NewConnection>, string]>([
    [{ preset: 'generic', destination: salesforce }, 'destination.kind'],
    [{ destination: { ...salesforce, object: 'A/../B' } }, 'destination.object'],
    [{ destination: { ...salesforce, externalIdField: 'a b' } }, 'destination.externalIdField'],
    [{ destination: { ...salesforce, apiVersion: '62' } }, 'destination.apiVersion'],
    [{ destination: { ...salesforce, fields: { Id__c: 'engagement.id' } } }, 'destination.fields'],
    [{ destination: { ...salesforce, fields: { A__c: '.a' } } }, 'destination.fields.A__c'],
    [{ destination: { ...salesforce, fields: { 'a-b': 'a' } } }, 'destination.fields.a-b'],
    [{ destination: { kind: 'mail', url: 'a' } as never }, 'destination.kind'],
    [{ name: 'a'.repeat(201) }, 'name'],
    [{ clientSecret: '' }, 'clientSecret'],
    [{ scopes: Array(51).fill('a') }, 'scopes'],
    [{ exportTypes: [] }, 'exportTypes'],
    [{ exportTypes: ['engagement_end' as never] }, 'exportTypes.0'],
    [{ exportTypes: ['engagement', 'engagement'] }, 'exportTypes'],
    [{ exportTypes: ['user_presence_update'] }, 'exportTypes'],
    [{ tokenEndpoint: `https://crm.example.com/${'a'.repeat(2048)}` }, 'tokenEndpoint'],
    // `URL` drops them at both ends, and PostgreSQL keeps no NUL.
    [{ tokenEndpoint: 'https://crm.example.com/token\0' }, 'tokenEndpoint'],
    [{ authorizationEndpoint: '\u0001https://crm.example.com/authorize' }, 'authorizationEndpoint'],
  ])('rejects %j', async (changes, path) => {
    const { connections, fillIn } = await createCrmWorld();
    expect(await paths(connections.create(fillIn(changes)))).toEqual([path]);
  });
});

describe('update', () => {
  test('tries a changed destination at once, and counts it as one that has accepted nothing', async () => {
    const { connections, authorize, store, readStored, fillIn } = await createCrmWorld();
    const id = await authorize();
    const retired = {
      ...({ status: 'degraded', reason: 'api_version_retired' } as const),
      ...{ acceptedAtMs: NOW_MS, failingSinceMs: NOW_MS, pausedUntilMs: NOW_MS + 3_600_000 },
    };
    const stored = await readStored(id);
    await store.replaceConnection({ ...stored, ...retired, version: stored.version + 1 });
    await connections.update(id, { name: 'Other' });
    expect(await readStored(id)).toMatchObject(retired);
    const destination = { ...fillIn().destination, apiVersion: 'v63.0' } as never;
    await connections.update(id, { destination });
    expect(await readStored(id)).toMatchObject({
      ...retired,
      acceptedAtMs: undefined,
      pausedUntilMs: undefined,
    });
  });

  test('changes the given settings, and keeps the others and the authorization', async () => {
    const { connections, authorize, createTokens } = await createCrmWorld();
    const id = await authorize();
    const before = await connections.get(id);
    const token = await createTokens().get(id);
    const changes = {
      name: 'New',
      siteId: 'site-2',
      scopes: ['api'],
      issuer: 'https://a.example.com',
    };
    expect(await connections.update(id, changes)).toEqual({ ...before, ...changes });
    expect(await createTokens().get(id)).toEqual(token);
    const back = await connections.update(id, { scopes: undefined, issuer: undefined });
    expect(back).toMatchObject({ scopes: ['api', 'refresh_token'], issuer: undefined });
    const only = await connections.update(id, { exportTypes: ['engagement'] });
    expect(only.exportTypes).toEqual(['engagement']);
    const all = await connections.update(id, { exportTypes: undefined });
    expect(all.exportTypes).toBeUndefined();
  });

  test.each<readonly [string, ConnectionChanges]>([
    ['an authorization endpoint', { authorizationEndpoint: 'https://crm.example.com/authorize' }],
    ['a token endpoint', { tokenEndpoint: 'https://crm.example.com/token', clientSecret: 'a' }],
    ['a client', { clientId: 'another' }],
    // Tokens are sent there to be revoked, and any secret does for that.
    [
      'a host to revoke at',
      { revocationEndpoint: 'https://evil.example.com/revoke', clientSecret: 'made up' },
    ],
    ['a receiver', { destination: { kind: 'webhook', url: 'https://other.example.com/a' } }],
  ])('of %s ends the authorization and revokes it where it came from', async (_name, changes) => {
    const { crm, connections, authorize, readStored, createTokens } = await createCrmWorld();
    const id = await authorize({ destination: WEBHOOK });
    const updated = await connections.update(id, changes);
    expect(updated).toMatchObject({ status: 'unauthorized', authorizedBy: undefined });
    expect((await readStored(id)).sealedTokens).toBeUndefined();
    expect(crm.grants[0]?.isRevoked).toBe(true);
    await expect(createTokens().get(id)).rejects.toMatchObject({ name: 'TokenUnavailable' });
  });

  test('of the path of the receiver or of the client secret keeps the authorization', async () => {
    const { connections, authorize } = await createCrmWorld();
    const id = await authorize({ destination: WEBHOOK });
    const destination = { ...WEBHOOK, url: 'https://hooks.example.com/b' };
    const updated = await connections.update(id, { destination, clientSecret: 'new' });
    expect(updated).toMatchObject({ status: 'active', destination });
  });

  test('of the path of the revocation endpoint needs no secret and keeps the authorization', async () => {
    const { crm, connections, authorize, fillIn } = await createCrmWorld();
    const id = await authorize({ preset: 'generic', destination: WEBHOOK });
    expect(fillIn().revocationEndpoint).toBeUndefined();
    const { revocationEndpoint } = crm;
    const updated = await connections.update(id, { revocationEndpoint });
    expect(updated).toMatchObject({ status: 'active', revocationEndpoint });
  });

  test('derives derived settings again, and keeps given ones', async () => {
    const { connections, configure } = await createCrmWorld();
    const endpoints = toSalesforceEndpoints('test.salesforce.com');
    const { tokenEndpoint, revocationEndpoint } = endpoints;
    const id = await configure();
    const clientSecret = 'a';
    expect(await connections.update(id, { tokenEndpoint, clientSecret })).toMatchObject({
      revocationEndpoint,
    });
    const own = { revocationEndpoint: 'https://crm.example.com/revoke' };
    await connections.update(id, { ...own, clientSecret });
    const { tokenEndpoint: other } = toSalesforceEndpoints('login.salesforce.com');
    const changed = await connections.update(id, { tokenEndpoint: other, clientSecret });
    expect(changed).toMatchObject(own);
  });

  test.each<ConnectionChanges>([
    { tokenEndpoint: 'https://evil.example.com/services/oauth2/token' },
    { revocationEndpoint: 'https://evil.example.com/revoke' },
  ])('to %j needs the client secret, which would be sent there', async (changes) => {
    const { connections, authorize } = await createCrmWorld();
    const id = await authorize();
    const before = await connections.get(id);
    expect(await paths(connections.update(id, changes))).toEqual(['clientSecret']);
    expect(await connections.get(id)).toEqual(before);
    const clientSecret = 'known to the administrator';
    expect(await connections.update(id, { ...changes, clientSecret })).toMatchObject(changes);
  });

  test('turns a connection to Salesforce into a webhook that is signed', async () => {
    const { connections, configure, readStored } = await createCrmWorld();
    const id = await configure();
    await connections.update(id, { destination: WEBHOOK });
    const [secret] = await openSigningSecrets(createSecretBox([KEY]), await readStored(id), NOW_MS);
    expect(secret).toMatch(/^whsec_/);
  });

  test('rejects what create rejects, the preset, and anything but an object', async () => {
    const { connections, configure } = await createCrmWorld();
    const id = await configure();
    expect(await paths(connections.update(id, { name: '', tokenEndpoint: 'a' }))).toEqual([
      'name',
      'tokenEndpoint',
    ]);
    expect(await paths(connections.update(id, { preset: 'generic' } as never))).toEqual(['preset']);
    expect(await paths(connections.update(id, null as never))).toEqual(['']);
    expect(await paths(connections.update(id, { odd: 1 } as never))).toEqual(['odd']);
    await expect(connections.update('unknown', {})).rejects.toMatchObject({ code: 'not_found' });
  });

  test('loses none of several concurrent changes', async () => {
    const { connections, configure } = await createCrmWorld();
    const id = await configure();
    await Promise.all([
      connections.update(id, { name: 'New' }),
      connections.update(id, { siteId: 'site-9' }),
      connections.update(id, { scopes: ['api'] }),
    ]);
    const all = { name: 'New', siteId: 'site-9', scopes: ['api'] };
    expect(await connections.get(id)).toMatchObject(all);
  });
});

describe('disconnect', () => {
  test('deletes the tokens and revokes both', async () => {
    const { crm, connections, authorize, readStored } = await createCrmWorld();
    const id = await authorize();
    expect(await connections.disconnect(id)).toMatchObject({
      status: 'unauthorized',
      authorizedAt: undefined,
      authorizedBy: undefined,
    });
    expect((await readStored(id)).sealedTokens).toBeUndefined();
    expect(crm.grants[0]?.isRevoked).toBe(true);
    expect(crm.requests.filter(({ part }) => part === 'revoke')).toHaveLength(2);
    // There is nothing left to revoke.
    await connections.disconnect(id);
    expect(crm.requests.filter(({ part }) => part === 'revoke')).toHaveLength(2);
  });

  test.each(['error', 'hang', 'close', 'redirect', 'garbage'] as const)(
    'forgets the tokens also if revoking them meets %s',
    async (fault) => {
      const { crm, connections, authorize, readStored, failures } = await createCrmWorld();
      const id = await authorize();
      crm.fail('revoke', fault, 2);
      const disconnect = () => connections.disconnect(id);
      const { status } = await (fault === 'hang' ? runWhileHanging(crm, disconnect) : disconnect());
      expect(status).toBe('unauthorized');
      expect((await readStored(id)).sealedTokens).toBeUndefined();
      // 200 is all that RFC 7009 §2.2 asks for.
      const expected = fault === 'garbage' ? [] : [{ operation: 'revoke', code: 'unavailable' }];
      expect(failures).toMatchObject(expected);
    },
  );

  test('works without a revocation endpoint', async () => {
    const { crm, connections, authorize } = await createCrmWorld();
    const id = await authorize({ preset: 'generic', destination: WEBHOOK });
    expect((await connections.disconnect(id)).status).toBe('unauthorized');
    expect(crm.requests.some(({ part }) => part === 'revoke')).toBe(false);
  });

  test('revokes the access token if there is no refresh token', async () => {
    const { crm, connections, authorize } = await createCrmWorld({ crm: { refreshTokens: false } });
    await connections.disconnect(await authorize());
    expect(crm.grants[0]?.isRevoked).toBe(true);
    expect(crm.requests.filter(({ part }) => part === 'revoke')).toHaveLength(1);
  });

  test('leaves a disabled connection disabled', async () => {
    const { connections, authorize } = await createCrmWorld();
    const id = await authorize();
    await connections.disable(id);
    expect((await connections.disconnect(id)).status).toBe('disabled');
    expect((await connections.enable(id)).status).toBe('unauthorized');
  });
});

describe('disable and enable', () => {
  test('keep the authorization, and can be repeated', async () => {
    const { connections, authorize, createTokens } = await createCrmWorld();
    const id = await authorize();
    const token = await createTokens().get(id);
    for (const _ of [1, 2]) expect((await connections.disable(id)).status).toBe('disabled');
    for (const _ of [1, 2]) expect((await connections.enable(id)).status).toBe('active');
    expect(await createTokens().get(id)).toEqual(token);
  });
});

describe('rotateSigningSecret', () => {
  test('lets the old secret sign until the overlap is over', async () => {
    const { connections, fillIn, readStored } = await createCrmWorld();
    const created = await connections.create(fillIn({ destination: WEBHOOK }));
    const { id } = created.connection;
    const { signingSecret } = await connections.rotateSigningSecret(id, 60);
    const secretsAt = async (ms: number) =>
      openSigningSecrets(createSecretBox([KEY]), await readStored(id), NOW_MS + ms);
    expect(await secretsAt(59_999)).toEqual([signingSecret, created.signingSecret]);
    expect(await secretsAt(60_000)).toEqual([signingSecret]);
    const { signingSecret: next } = await connections.rotateSigningSecret(id, 0);
    expect(await secretsAt(0)).toEqual([next]);
  });

  test('does not prolong an earlier overlap, and keeps at most five secrets', async () => {
    const { connections, fillIn, readStored, advance } = await createCrmWorld();
    const { connection } = await connections.create(fillIn({ destination: WEBHOOK }));
    const count = async (ms: number) =>
      (await openSigningSecrets(createSecretBox([KEY]), await readStored(connection.id), ms))
        .length;
    await connections.rotateSigningSecret(connection.id, 60);
    await connections.rotateSigningSecret(connection.id, 604_800);
    expect(await count(NOW_MS)).toBe(3);
    expect(await count(NOW_MS + 60_000)).toBe(2);
    for (let i = 0; i < 9; i += 1) await connections.rotateSigningSecret(connection.id, 604_800);
    expect(await count(NOW_MS)).toBe(5);
    advance(604_800_000);
  });

  test.each([-1, 0.5, 604_801, Number.NaN, '60' as never])(
    'rejects an overlap of %s',
    async (seconds) => {
      const { connections, fillIn } = await createCrmWorld();
      const { connection } = await connections.create(fillIn({ destination: WEBHOOK }));
      const rotated = connections.rotateSigningSecret(connection.id, seconds);
      expect(await paths(rotated)).toEqual(['overlapSeconds']);
    },
  );

  test('is rejected for a destination that is not signed', async () => {
    const { connections, configure } = await createCrmWorld();
    const rotated = connections.rotateSigningSecret(await configure(), 0);
    await expect(rotated).rejects.toMatchObject({ code: 'conflict' });
  });
});

test('list returns all connections by name', async () => {
  const { connections, configure, authorize } = await createCrmWorld();
  await configure({ name: 'B' });
  await authorize({ name: 'A' });
  const all = await connections.list();
  expect(all.map(({ name, status }) => [name, status])).toEqual([
    ['A', 'active'],
    ['B', 'unauthorized'],
  ]);
});

describe('toSalesforceEndpoints', () => {
  test('returns the endpoints of any host', () => {
    expect(toSalesforceEndpoints('acme.my.salesforce.com')).toEqual({
      authorizationEndpoint: 'https://acme.my.salesforce.com/services/oauth2/authorize',
      tokenEndpoint: 'https://acme.my.salesforce.com/services/oauth2/token',
      revocationEndpoint: 'https://acme.my.salesforce.com/services/oauth2/revoke',
    });
  });

  test.each(['', 'localhost', 'a.example.com/b', 'user@a.example.com', 'https://a.example.com'])(
    'rejects %j',
    (host) => {
      expect(() => toSalesforceEndpoints(host)).toThrow(TypeError);
    },
  );
});

test('a connection to loopback gets no request where loopback is not allowed', async () => {
  const { crm, store, authorize, createTokens } = await createCrmWorld();
  const id = await authorize();
  const { token } = await createTokens().get(id);
  const tokens = createTokens({ allowLoopback: false });
  await expect(tokens.renew(id, token)).rejects.toMatchObject({ code: 'provider_unavailable' });
  const callbackUrl = 'https://app.example.com/exports/callback';
  const connections = createConnections({ store, keys: [KEY], callbackUrl, now: () => NOW_MS });
  const back = await crm.approve(await connections.authorize(id, SESSION, 'ada'));
  expect(await finishLogin(connections, id, back.searchParams, SESSION)).toBe(
    'provider_unavailable',
  );
  expect((await connections.disconnect(id)).status).toBe('unauthorized');
  expect(crm.count('refresh_token')).toBe(0);
  expect(crm.count('authorization_code')).toBe(1);
});

test('a name that resolves to a private address gets no request', async () => {
  let connectionCount = 0;
  const server = createServer().on('connection', () => {
    connectionCount += 1;
  });
  const { port } = new URL(await listen(server));
  const { connections, configure } = await createCrmWorld({ allowLoopback: false });
  const id = await configure({
    authorizationEndpoint: 'https://crm.example.com/authorize',
    // A name, and one that resolves to loopback everywhere.
    tokenEndpoint: `https://localhost:${port}/token`,
  });
  const url = await connections.authorize(id, SESSION, 'ada');
  const parameters = new URLSearchParams({ state: url.searchParams.get('state') ?? '', code: 'a' });
  expect(await finishLogin(connections, id, parameters, SESSION)).toBe('provider_unavailable');
  expect(connectionCount).toBe(0);
});

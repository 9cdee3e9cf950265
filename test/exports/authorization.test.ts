import { createMemoryExportStore } from '@mandate/exports';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CrmWorld, createCrmWorld, runWhileHanging, SESSION } from './support/crm-world.js';
import { finishLogin } from './support/finish-login.js';
import { overrideStore } from './support/override-store.js';

const BY = 'ada@example.com';
const OTHER_SESSION = 'another-cookie-of-somebody';
const MINUTE_MS = 60_000;

/** A log-in up to where the browser comes back, its parameters changed by an attacker. */
async function comeBack(world: CrmWorld, id: string, change = (_: URLSearchParams) => {}) {
  const url = await world.connections.authorize(id, SESSION, BY);
  const back = await world.crm.approve(url);
  change(back.searchParams);
  return back.searchParams;
}

describe('a log-in', () => {
  test('stores the tokens and returns none of them', async () => {
    const { crm, connections, configure, createTokens, readStored } = await createCrmWorld();
    const id = await configure();
    const url = await connections.authorize(id, SESSION, BY);
    expect((await connections.get(id)).status).toBe('authorizing');
    const back = await crm.approve(url);
    expect(await finishLogin(connections, id, back.searchParams, SESSION)).toBe('authorized');
    const connection = await connections.get(id);
    expect(connection).toMatchObject({ status: 'active', authorizedBy: BY });
    const { token, instanceUrl } = await createTokens().get(id);
    expect(crm.grants[0]?.accessTokens.has(token)).toBe(true);
    expect(instanceUrl).toBe(crm.url);
    expect(JSON.stringify([connection, await readStored(id)])).not.toContain(token);
  });

  test('sends the browser the parameters of RFC 6749 and RFC 7636, and no secret', async () => {
    const { crm, connections, configure } = await createCrmWorld();
    const id = await configure({
      authorizationEndpoint: `${crm.authorizationEndpoint}?org=7&state=a`,
    });
    const url = await connections.authorize(id, SESSION, BY);
    const { state, code_challenge, ...others } = Object.fromEntries(url.searchParams);
    expect(others).toEqual({
      org: '7',
      display: 'popup',
      response_type: 'code',
      client_id: crm.clientId,
      redirect_uri: (await connections.get(id)).redirectUri,
      scope: 'api refresh_token',
      code_challenge_method: 'S256',
    });
    expect(url.searchParams.getAll('state')).toHaveLength(1);
    const [random = '', named] = (state ?? '').split('.');
    expect(Buffer.from(random, 'base64url')).toHaveLength(32);
    expect(named).toBe(id);
    expect(code_challenge).toMatch(/^[\w-]{43}$/);
    expect(url.href).not.toContain(crm.clientSecret);
  });

  test('works with any provider and with client_secret_basic', async () => {
    const { crm, connections, authorize, createTokens } = await createCrmWorld();
    const destination = { kind: 'webhook', url: `${crm.url}/hook` } as const;
    const id = await authorize({ preset: 'generic', destination });
    expect(await connections.get(id)).toMatchObject({
      clientAuthentication: 'client_secret_basic',
      revocationEndpoint: undefined,
      scopes: [],
    });
    expect((await createTokens().get(id)).instanceUrl).toBeUndefined();
  });

  test('can be one of several open log-ins, in one browser or in several', async () => {
    const { crm, connections, configure } = await createCrmWorld();
    const id = await configure();
    const sessions = [SESSION, SESSION, OTHER_SESSION];
    const urls = await Promise.all(sessions.map((each) => connections.authorize(id, each, BY)));
    const states = urls.map((url) => url.searchParams.get('state'));
    expect(new Set(states).size).toBe(3);
    for (const [i, url] of [...urls.entries()].reverse()) {
      const back = await crm.approve(url);
      const session = sessions[i] ?? '';
      expect(await finishLogin(connections, id, back.searchParams, session)).toBe('authorized');
    }
  });

  test.each(['access_denied', 'access-denied'])(
    'that the person denies with %s ends as denied',
    async (error) => {
      const { crm, connections, configure, failures } = await createCrmWorld();
      const id = await configure();
      const back = await crm.deny(await connections.authorize(id, SESSION, BY));
      back.searchParams.set('error', error);
      expect(await finishLogin(connections, id, back.searchParams, SESSION)).toBe('denied');
      expect(await connections.get(id)).toMatchObject({ status: 'unauthorized' });
      expect(failures).toEqual([]);
    },
  );

  test('that is abandoned expires', async () => {
    const { connections, configure, advance } = await createCrmWorld();
    const id = await configure();
    await connections.authorize(id, SESSION, BY);
    advance(10 * MINUTE_MS);
    expect((await connections.get(id)).status).toBe('unauthorized');
  });

  test('requires a session and a person', async () => {
    const { connections, configure } = await createCrmWorld();
    const id = await configure();
    await expect(connections.authorize(id, 'short', '')).rejects.toMatchObject({
      code: 'invalid',
      issues: [{ path: 'session' }, { path: 'by' }],
    });
    await expect(connections.authorize('unknown', SESSION, BY)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await connections.finishAuthorization('unknown', new URLSearchParams(), SESSION)).toBe(
      'state_unknown',
    );
  });
});

describe('an attack fails', () => {
  const ATTACKS: readonly (readonly [string, (p: URLSearchParams) => void, string])[] = [
    ['without state', (p) => p.delete('state'), 'state_unknown'],
    ['with an empty state', (p) => p.set('state', ''), 'state_unknown'],
    ['with a forged state', (p) => p.set('state', 'a'.repeat(43)), 'state_unknown'],
    ['with two states', (p) => p.append('state', p.get('state') ?? ''), 'state_unknown'],
    ['without code', (p) => p.delete('code'), 'provider_error'],
    ['with two codes', (p) => p.append('code', 'b'), 'provider_error'],
    ['with code and error', (p) => p.set('error', 'server_error'), 'provider_error'],
    [
      'with two errors',
      (p) => ['access_denied', 'b'].map((e) => p.append('error', e)),
      'provider_error',
    ],
    ['with an ID token', (p) => p.set('id_token', 'a'), 'provider_error'],
    ['with an access token', (p) => p.set('token', 'a'), 'provider_error'],
    ['with a JARM response', (p) => p.set('response', 'a'), 'provider_error'],
    ['from another issuer', (p) => p.set('iss', 'https://evil.example.com'), 'issuer_mismatch'],
    ['from no URL at all', (p) => p.set('iss', 'evil'), 'issuer_mismatch'],
    ['with an invented code', (p) => p.set('code', 'invented'), 'code_rejected'],
  ];

  test.each(ATTACKS)('by a response %s', async (_name, change, result) => {
    const world = await createCrmWorld();
    const id = await world.configure();
    const parameters = await comeBack(world, id, change);
    expect(await finishLogin(world.connections, id, parameters, SESSION)).toBe(result);
    expect((await world.readStored(id)).sealedTokens).toBeUndefined();
    expect(world.crm.count('authorization_code')).toBe(result === 'code_rejected' ? 1 : 0);
  });

  test('by two issuers, one of them correct', async () => {
    const world = await createCrmWorld();
    const id = await world.configure();
    const parameters = await comeBack(world, id, (p) => {
      p.append('iss', world.crm.url);
      p.append('iss', 'https://evil.example.com');
    });
    expect(await finishLogin(world.connections, id, parameters, SESSION)).toBe('issuer_mismatch');
  });

  test('by replaying a response, before or after the real one', async () => {
    const world = await createCrmWorld();
    const id = await world.configure();
    const parameters = await comeBack(world, id);
    const results = await Promise.all(
      Array.from({ length: 5 }, () => finishLogin(world.connections, id, parameters, SESSION)),
    );
    expect(results.sort()).toEqual(['authorized', ...Array(4).fill('state_unknown')]);
    expect(await finishLogin(world.connections, id, parameters, SESSION)).toBe('state_unknown');
    expect(world.crm.count('authorization_code')).toBe(1);
    expect(world.crm.grants.every(({ isRevoked }) => !isRevoked)).toBe(true);
  });

  test('by moving a response to another browser', async () => {
    const world = await createCrmWorld();
    const id = await world.configure();
    const parameters = await comeBack(world, id);
    expect(await finishLogin(world.connections, id, parameters, OTHER_SESSION)).toBe(
      'session_mismatch',
    );
    // A stolen response is useless from now on.
    expect(await finishLogin(world.connections, id, parameters, SESSION)).toBe('state_unknown');
    expect(world.crm.count('authorization_code')).toBe(0);
  });

  test('by a browser without the cookie', async () => {
    const world = await createCrmWorld();
    const id = await world.configure();
    for (const none of ['', undefined as never]) {
      const parameters = await comeBack(world, id);
      expect(await finishLogin(world.connections, id, parameters, none)).toBe('session_mismatch');
    }
  });

  test('by sending the response to the redirect URI of another server', async () => {
    const world = await createCrmWorld();
    const tokenEndpoint = 'https://evil.example.com/token';
    const [id, other] = [await world.configure(), await world.configure({ tokenEndpoint })];
    const parameters = await comeBack(world, id);
    expect(await finishLogin(world.connections, other, parameters, SESSION)).toBe('state_unknown');
    // The state is used up, whatever the result.
    expect(await finishLogin(world.connections, id, parameters, SESSION)).toBe('state_unknown');
    expect(world.crm.count('authorization_code')).toBe(0);
  });

  test('by waiting longer than ten minutes', async () => {
    const world = await createCrmWorld();
    const id = await world.configure();
    const parameters = await comeBack(world, id);
    world.advance(10 * MINUTE_MS);
    expect(await finishLogin(world.connections, id, parameters, SESSION)).toBe('state_unknown');
  });

  test('by sending the code to another provider than the one that issued it', async () => {
    const [world, evil] = [await createCrmWorld(), await createCrmWorld()];
    const id = await world.configure();
    const parameters = await comeBack(world, id);
    const { tokenEndpoint } = evil.crm;
    await world.connections.update(id, { tokenEndpoint, clientSecret: 'known' });
    expect(await finishLogin(world.connections, id, parameters, SESSION)).toBe('state_unknown');
    expect(evil.crm.requests).toEqual([]);
  });

  test('by arbitrary parameters', async () => {
    const world = await createCrmWorld();
    const id = await world.configure();
    const names = fc.constantFrom('state', 'code', 'iss', 'error', 'response', 'id_token', 'a');
    const pairs = fc.array(fc.tuple(names, fc.string()));
    await fc.assert(
      fc.asyncProperty(pairs, fc.boolean(), async (all, withState) => {
        const parameters = new URLSearchParams(all);
        const url = await world.connections.authorize(id, SESSION, BY);
        if (withState) parameters.set('state', url.searchParams.get('state') ?? '');
        const result = await finishLogin(world.connections, id, parameters, SESSION);
        expect(result).not.toBe('authorized');
      }),
      { numRuns: 100 },
    );
  });
});

describe('the issuer (RFC 9207)', () => {
  const ISSUER = 'https://login.example.com/tenant';

  test('must be named exactly if it is configured', async () => {
    const world = await createCrmWorld({ crm: { issuer: ISSUER } });
    const id = await world.configure({ issuer: ISSUER });
    await world.logIn(id);
    for (const change of [
      (p: URLSearchParams) => p.delete('iss'),
      (p: URLSearchParams) => p.set('iss', `${ISSUER}/`),
      (p: URLSearchParams) => p.set('iss', ISSUER.toUpperCase()),
      (p: URLSearchParams) => p.append('iss', ISSUER),
    ]) {
      const parameters = await comeBack(world, id, change);
      expect(await finishLogin(world.connections, id, parameters, SESSION)).toBe('issuer_mismatch');
    }
  });

  test('is checked before an error is accepted', async () => {
    const world = await createCrmWorld();
    const id = await world.configure({ issuer: ISSUER });
    const back = await world.crm.deny(await world.connections.authorize(id, SESSION, BY));
    expect(await finishLogin(world.connections, id, back.searchParams, SESSION)).toBe(
      'issuer_mismatch',
    );
  });

  test('may be named without being configured, if its origin is that of the authorization endpoint', async () => {
    const world = await createCrmWorld();
    const id = await world.configure();
    const parameters = await comeBack(world, id, (p) => p.set('iss', `${world.crm.url}/tenant`));
    expect(await finishLogin(world.connections, id, parameters, SESSION)).toBe('authorized');
  });
});

describe('a provider that fails', () => {
  test.each([
    ['error', 'provider_unavailable'],
    ['unavailable', 'provider_unavailable'],
    ['throttle', 'provider_unavailable'],
    ['hang', 'provider_unavailable'],
    ['close', 'provider_unavailable'],
    ['lose', 'provider_unavailable'],
    ['redirect', 'provider_unavailable'],
    ['garbage', 'response_invalid'],
    [{ status: 400, body: { error: 'invalid_client' } }, 'client_rejected'],
    [{ status: 401, body: { error: 'invalid_client' } }, 'client_rejected'],
    [{ status: 400, body: { error: 'unauthorized_client' } }, 'client_rejected'],
    [{ status: 400, body: { error: 'unsupported_grant_type' } }, 'client_rejected'],
    [{ status: 400, body: { error: 'invalid_grant' } }, 'code_rejected'],
    [{ status: 400, body: { error: 'redirect_uri_mismatch' } }, 'code_rejected'],
    [{ status: 400, body: { error: 'invalid_request' } }, 'code_rejected'],
    [
      { status: 400, body: { error: 'invalid_grant', error_description: 'ip restricted' } },
      'address_rejected',
    ],
    [{ status: 400, body: [{ errorCode: 'SOMETHING' }] }, 'provider_unavailable'],
    [{ status: 403, body: null }, 'provider_unavailable'],
    [{ status: 200, body: {} }, 'response_invalid'],
    [{ status: 200, body: null }, 'response_invalid'],
    [{ status: 200, body: { access_token: 'a', token_type: 'Bearer' } }, 'response_invalid'],
  ] as const)('by %j has its own code: %s', async (fault, result) => {
    const world = await createCrmWorld();
    const id = await world.configure();
    const parameters = await comeBack(world, id);
    world.crm.fail('token', fault);
    const finish = () => finishLogin(world.connections, id, parameters, SESSION);
    expect(await (fault === 'hang' ? runWhileHanging(world.crm, finish) : finish())).toBe(result);
    expect(await world.connections.get(id)).toMatchObject({ status: 'unauthorized' });
    expect(world.failures).toMatchObject([{ connectionId: id, operation: 'exchange' }]);
  });

  test.each([
    { access_token: 'a\r\nx-evil: 1' },
    { access_token: '' },
    { access_token: 7 },
    { token_type: 'DPoP' },
    { token_type: 'mac' },
    { instance_url: undefined },
    { instance_url: 'http://crm.example.com' },
    { instance_url: 'https://169.254.169.254' },
    { instance_url: 'https://user:password@crm.example.com' },
    { instance_url: 'javascript:alert(1)' },
    { refresh_token: 7 },
    { expires_in: 'soon' },
    { expires_in: { seconds: 3600 } },
  ])('by an answer with %j has not authorized anything', async (tokenMembers) => {
    const world = await createCrmWorld({ crm: { tokenMembers } });
    const id = await world.configure();
    const parameters = await comeBack(world, id);
    expect(await finishLogin(world.connections, id, parameters, SESSION)).toBe('response_invalid');
    expect((await world.readStored(id)).sealedTokens).toBeUndefined();
  });

  test.each([
    { expires_in: null, scope: null },
    { expires_in: '3600' },
    { expires_in: 0 },
    { expires_in: '' },
    { expires_in: -1 },
    { expires_in: '-1' },
    { token_type: undefined },
    { token_type: null },
    { scope: ['api', 'refresh_token'] },
    { id_token: 'nobody.reads.this' },
    { unknown: { member: true } },
  ])('in an irrelevant way, %j, still authorizes', async (tokenMembers) => {
    const world = await createCrmWorld({ crm: { tokenMembers } });
    const id = await world.authorize();
    expect((await world.createTokens().get(id)).token).not.toBe('');
  });

  test('leaves an earlier authorization unchanged', async () => {
    const world = await createCrmWorld();
    const id = await world.authorize();
    const before = await world.createTokens().get(id);
    const parameters = await comeBack(world, id);
    world.crm.fail('token', 'error');
    expect(await finishLogin(world.connections, id, parameters, SESSION)).toBe(
      'provider_unavailable',
    );
    expect(await world.connections.get(id)).toMatchObject({ status: 'active' });
    expect(await world.createTokens().get(id)).toEqual(before);
  });

  test('in the browser is reported by its code only', async () => {
    const world = await createCrmWorld();
    const id = await world.configure();
    const parameters = await comeBack(world, id, (p) => {
      p.delete('code');
      p.set('error', 'server_error');
      p.set('error_description', 'seCret');
    });
    expect(await finishLogin(world.connections, id, parameters, SESSION)).toBe('provider_error');
    expect(world.failures).toMatchObject([
      { operation: 'authorize', code: 'authorization_rejected', error: 'server_error' },
    ]);
    expect(String(world.failures[0])).not.toContain('seCret');
  });
});

test('a log-in that ends while the provider is changed stores nothing and revokes its tokens', async () => {
  const inner = createMemoryExportStore();
  let beforeWrite: (() => Promise<unknown>) | undefined;
  const store = overrideStore(inner, {
    async replaceConnection(connection) {
      const run = connection.sealedTokens === undefined ? undefined : beforeWrite;
      if (run !== undefined) beforeWrite = undefined;
      await run?.();
      return inner.replaceConnection(connection);
    },
  });
  const world = await createCrmWorld({ store });
  const id = await world.configure();
  const parameters = await comeBack(world, id);
  beforeWrite = () => world.connections.update(id, { clientId: 'another' });
  expect(await finishLogin(world.connections, id, parameters, SESSION)).toBe('state_unknown');
  expect((await world.readStored(id)).sealedTokens).toBeUndefined();
  expect(world.crm.grants.map(({ isRevoked }) => isRevoked)).toEqual([true]);
});

test('a disabled connection can be authorized, and stays disabled until it is enabled', async () => {
  const world = await createCrmWorld();
  const id = await world.configure();
  await world.connections.disable(id);
  await world.logIn(id);
  expect((await world.connections.get(id)).status).toBe('disabled');
  expect((await world.connections.enable(id)).status).toBe('active');
});

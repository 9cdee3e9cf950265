import { createMemoryExportStore, type StoredConnection } from '@mandate/exports';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TokenUnavailable } from '../../packages/exports/src/tokens/access-tokens.js';
import type { CrmFault } from '../support/crm/faults.js';
import {
  type CrmWorld,
  createCrmWorld,
  runWhileHanging,
  SESSION,
  TIMEOUT_MS,
  waitATurn,
} from './support/crm-world.js';
import { overrideStore } from './support/override-store.js';

const HOUR_MS = 3_600_000;

/** Lease of a refresh at the time-out of these tests. */
const LEASE_MS = 2 * TIMEOUT_MS + 30_000;

const unavailable = (promise: Promise<unknown>): Promise<TokenUnavailable> =>
  promise.then(
    () => Promise.reject(new Error('there was a token')),
    (error: unknown) => {
      if (error instanceof TokenUnavailable) return error;
      throw error;
    },
  );

/** A world with an authorized connection whose session has ended. */
async function createEnded(options: Parameters<typeof createCrmWorld>[0] = {}) {
  const world = await createCrmWorld(options);
  const id = await world.authorize();
  const tokens = world.createTokens();
  const { token } = await tokens.get(id);
  world.crm.killSessions();
  return { ...world, id, tokens, token, grant: () => world.crm.grants[0] };
}

describe('a refresh', () => {
  test('happens once for thirty exports in three processes', async () => {
    const { crm, id, token, createTokens, grant } = await createEnded();
    const processes = [createTokens(), createTokens(), createTokens()];
    const renewed = await Promise.all(
      Array.from({ length: 30 }, (_, i) => processes[i % 3]!.renew(id, token)),
    );
    expect(new Set(renewed.map((each) => each.token)).size).toBe(1);
    expect(renewed[0]?.token).not.toBe(token);
    expect(crm.count('refresh_token')).toBe(1);
    expect(grant()?.isRevoked).toBe(false);
  });

  test('is not made for a token that has been replaced', async () => {
    const { crm, id, tokens, token, createTokens } = await createEnded();
    const renewed = await tokens.renew(id, token);
    expect(await createTokens().renew(id, token)).toEqual(renewed);
    expect(crm.count('refresh_token')).toBe(1);
  });

  test('that is running serves later callers, and a caller whose token was rejected gets another', async () => {
    const { crm, id, tokens, token } = await createEnded();
    const [first, second] = await Promise.all([tokens.renew(id, token), tokens.get(id)]);
    expect(second).toEqual(first);
    crm.killSessions();
    const [late, next] = await Promise.all([
      tokens.renew(id, token),
      tokens.renew(id, first.token),
    ]);
    expect(late).toEqual(next.token === late.token ? next : first);
    expect(next.token).not.toBe(first.token);
    expect(crm.count('refresh_token')).toBe(2);
  });

  test('works with every rotation of the provider', async () => {
    const { id, tokens, token, readStored, advance, crm } = await createEnded();
    let last = token;
    for (let i = 0; i < 5; i += 1) {
      advance(HOUR_MS);
      const renewed = await tokens.renew(id, last);
      expect(renewed.token).not.toBe(last);
      last = renewed.token;
    }
    expect(crm.grants[0]?.rotated.size).toBe(5);
    expect(await readStored(id)).toMatchObject({ status: 'active', refreshOwner: undefined });
  });

  test('without a new refresh token keeps the old one', async () => {
    const { id, tokens, token, crm } = await createEnded({ crm: { rotation: false } });
    const second = await tokens.renew(id, token);
    const third = await tokens.renew(id, second.token);
    expect(new Set([token, second.token, third.token]).size).toBe(3);
    expect(crm.count('refresh_token')).toBe(2);
  });

  test('without instance_url keeps the stored one', async () => {
    const { crm, id, tokens, token, createTokens } = await createEnded();
    crm.fail('token', { status: 200, body: { access_token: 'next', token_type: 'Bearer' } });
    expect(await tokens.renew(id, token)).toEqual({ token: 'next', instanceUrl: crm.url });
    expect(await createTokens().get(id)).toEqual({ token: 'next', instanceUrl: crm.url });
  });

  test('is stored before it is used, so another process has the token at once', async () => {
    const inner = createMemoryExportStore();
    const order: string[] = [];
    const store = overrideStore(inner, {
      async replaceConnection(connection) {
        const before = await inner.getConnection(connection.id);
        const isReplaced = await inner.replaceConnection(connection);
        if (before?.sealedTokens !== connection.sealedTokens) order.push('stored');
        return isReplaced;
      },
    });
    const { id, tokens, token } = await createEnded({ store });
    order.length = 0;
    await tokens.renew(id, token).then(() => order.push('used'));
    expect(order).toEqual(['stored', 'used']);
  });
});

describe('the expiry of a token', () => {
  test('that is unknown shows only when the token is rejected', async () => {
    const { crm, authorize, createTokens, advance } = await createCrmWorld();
    const id = await authorize();
    const tokens = createTokens();
    const first = await tokens.get(id);
    advance(1000 * HOUR_MS);
    expect(await tokens.get(id)).toEqual(first);
    expect(crm.count('refresh_token')).toBe(0);
  });

  test('that is known is not awaited', async () => {
    const { crm, authorize, createTokens, advance } = await createCrmWorld({
      crm: { expiresInSeconds: 3600 },
    });
    const id = await authorize();
    const tokens = createTokens();
    const first = await tokens.get(id);
    advance(HOUR_MS - 60_001);
    expect(await tokens.get(id)).toEqual(first);
    advance(1);
    expect((await tokens.get(id)).token).not.toBe(first.token);
    expect(crm.count('refresh_token')).toBe(1);
  });

  test('within two minutes leaves half of the lifetime for use', async () => {
    const { crm, authorize, createTokens, advance } = await createCrmWorld({
      crm: { expiresInSeconds: 20 },
    });
    const id = await authorize();
    const tokens = createTokens();
    advance(9999);
    await tokens.get(id);
    expect(crm.count('refresh_token')).toBe(0);
    advance(1);
    await tokens.get(id);
    expect(crm.count('refresh_token')).toBe(1);
  });

  test('of zero seconds counts as unknown', async () => {
    const { crm, authorize, createTokens } = await createCrmWorld({ crm: { expiresInSeconds: 0 } });
    const id = await authorize();
    const tokens = createTokens();
    expect(await tokens.get(id)).toEqual(await tokens.get(id));
    expect(crm.count('refresh_token')).toBe(0);
  });

  test('is left to the receiver if nothing can be renewed', async () => {
    const { authorize, createTokens, advance, connections } = await createCrmWorld({
      crm: { expiresInSeconds: 60, refreshTokens: false },
    });
    const id = await authorize();
    const tokens = createTokens();
    const first = await tokens.get(id);
    advance(HOUR_MS);
    expect(await tokens.get(id)).toEqual(first);
    expect((await connections.get(id)).status).toBe('active');
  });

  test('is awaited if the provider is down in the last minute', async () => {
    const { crm, authorize, createTokens, advance } = await createCrmWorld({
      crm: { expiresInSeconds: 3600 },
    });
    const id = await authorize();
    const tokens = createTokens();
    const first = await tokens.get(id);
    advance(HOUR_MS - 30_000);
    crm.fail('token', 'unavailable', 2);
    expect(await tokens.get(id)).toEqual(first);
    advance(30_000);
    expect(await unavailable(tokens.get(id))).toMatchObject({ code: 'provider_unavailable' });
  });

  test('ends the authorization if there is no refresh token', async () => {
    const { crm, id, tokens, token, connections } = await createEnded({
      crm: { refreshTokens: false },
    });
    expect(await unavailable(tokens.renew(id, token))).toMatchObject({
      code: 'no_refresh_token',
      isTransient: false,
    });
    expect(await connections.get(id)).toMatchObject({
      status: 'needs_reauthorization',
      reason: 'no_refresh_token',
    });
    expect(crm.count('refresh_token')).toBe(0);
  });
});

const oauthError = (error: string, error_description?: string, status = 400): CrmFault => ({
  status,
  body: { error, error_description },
});

describe('a rejection', () => {
  const TABLE: readonly (readonly [string, CrmFault, string, boolean])[] = [
    [
      'a dead grant',
      oauthError('invalid_grant', 'expired access/refresh token'),
      'grant_revoked',
      false,
    ],
    [
      'a changed password',
      oauthError('invalid_grant', 'authentication failure'),
      'grant_revoked',
      false,
    ],
    ['no description', oauthError('invalid_grant'), 'grant_revoked', false],
    ['a locked person', oauthError('inactive_user'), 'grant_revoked', false],
    ['an address', oauthError('invalid_grant', 'IP restricted'), 'address_rejected', true],
    ['a client', oauthError('invalid_client'), 'client_rejected', false],
    ['a client, by 401', oauthError('invalid_client', 'a', 401), 'client_rejected', false],
    ['a registration', oauthError('unauthorized_client'), 'client_rejected', false],
    ['a grant type', oauthError('unsupported_grant_type'), 'client_rejected', false],
    ['an outage', oauthError('temporarily_unavailable'), 'provider_unavailable', true],
    ['an error of 500', oauthError('invalid_grant', 'a', 500), 'provider_unavailable', true],
    ['too many requests', oauthError('invalid_grant', 'a', 429), 'provider_unavailable', true],
    ['an unknown error', oauthError('something_new'), 'provider_unavailable', true],
    ['an array', { status: 400, body: [{ errorCode: 'A' }] }, 'provider_unavailable', true],
    ['an odd error', { status: 400, body: { error: { a: 1 } } }, 'provider_unavailable', true],
    ['a page', 'error', 'provider_unavailable', true],
    ['a page with 200', 'garbage', 'provider_unavailable', true],
    ['silence', 'hang', 'provider_unavailable', true],
    ['a closed connection', 'close', 'provider_unavailable', true],
    ['a redirect', 'redirect', 'provider_unavailable', true],
  ];

  test.each(TABLE)('for %s has its own code', async (_name, fault, reason, isTransient) => {
    const { crm, id, tokens, token, connections, failures, readStored } = await createEnded();
    crm.fail('token', fault);
    const renew = () => unavailable(tokens.renew(id, token));
    const failure = await (fault === 'hang' ? runWhileHanging(crm, renew) : renew());
    expect(failure).toMatchObject({ code: reason, isTransient });
    const status = isTransient ? 'degraded' : 'needs_reauthorization';
    expect(await connections.get(id)).toMatchObject({
      status,
      reason,
      failingSince: new Date(Date.UTC(2026, 0, 1)),
    });
    expect(failures).toMatchObject([{ operation: 'refresh', connectionId: id }]);
    expect((await readStored(id)).refreshUntilMs ?? 0).toBeLessThanOrEqual(Date.UTC(2026, 0, 1));
    const others = crm.requests.length;
    // What can pass is tried again; what cannot is not, until a person has been there.
    if (isTransient) {
      expect((await tokens.renew(id, token)).token).not.toBe(token);
      const well = { status: 'active', reason: undefined, failingSince: undefined };
      expect(await connections.get(id)).toMatchObject(well);
    } else {
      expect(await unavailable(tokens.renew(id, token))).toMatchObject({
        code: reason,
        isTransient,
      });
      expect(await unavailable(tokens.get(id))).toMatchObject({ code: reason, isTransient });
      expect(crm.requests.length).toBe(others);
    }
  });

  test('of a revoked grant is final until the next log-in', async () => {
    const { crm, id, tokens, token, connections, logIn } = await createEnded();
    crm.revokeGrants();
    expect(await unavailable(tokens.renew(id, token))).toMatchObject({ code: 'grant_revoked' });
    await logIn(id);
    expect(await connections.get(id)).toMatchObject({ status: 'active', reason: undefined });
    expect((await tokens.get(id)).token).not.toBe(token);
  });

  test('of the client ends with a new secret, without a new log-in', async () => {
    const { crm, id, tokens, token, connections } = await createEnded();
    crm.fail('token', oauthError('invalid_client'));
    await unavailable(tokens.renew(id, token));
    await connections.update(id, { name: 'Other' });
    expect((await connections.get(id)).status).toBe('needs_reauthorization');
    await connections.update(id, { clientSecret: crm.clientSecret });
    expect(await connections.get(id)).toMatchObject({ status: 'active', reason: undefined });
    expect((await tokens.renew(id, token)).token).not.toBe(token);
  });

  test.each(['token request is already being processed', 'expired authorization code'])(
    'by "%s" is asked again',
    async (description) => {
      const { crm, id, token, createTokens, grant } = await createEnded();
      const waits: number[] = [];
      const tokens = createTokens({ wait: async (ms) => void waits.push(ms) });
      crm.fail('token', oauthError('invalid_grant', description), 3);
      expect((await tokens.renew(id, token)).token).not.toBe(token);
      expect(waits).toHaveLength(3);
      expect(grant()?.isRevoked).toBe(false);
    },
  );

  test('because the provider is busy for too long is transient', async () => {
    const { crm, id, token, createTokens, connections } = await createEnded();
    const tokens = createTokens({ wait: async () => undefined });
    crm.fail('token', oauthError('invalid_grant', 'token request is already being processed'), 4);
    expect(await unavailable(tokens.renew(id, token))).toMatchObject({
      code: 'provider_unavailable',
      isTransient: true,
    });
    expect(crm.count('refresh_token')).toBe(4);
    expect((await connections.get(id)).status).toBe('degraded');
    expect((await tokens.renew(id, token)).token).not.toBe(token);
  });

  test('is received by one of many processes, not by each', async () => {
    const { crm, id, token, createTokens } = await createEnded();
    crm.fail('token', 'hang', 10);
    const processes = Array.from({ length: 5 }, () => createTokens({ wait: waitATurn }));
    const all = await runWhileHanging(crm, () =>
      Promise.all(processes.map((each) => unavailable(each.renew(id, token)))),
    );
    expect(all.map(({ code }) => code)).toEqual(Array(5).fill('provider_unavailable'));
    expect(crm.count('refresh_token')).toBe(1);
  });

  test('by the receiver stays stored although the tokens are refreshed', async () => {
    const { id, tokens, token, store, readStored } = await createEnded();
    const stored = await readStored(id);
    await store.replaceConnection({
      ...stored,
      version: stored.version + 1,
      status: 'degraded',
      reason: 'receiver_unavailable',
    });
    await tokens.renew(id, token);
    expect(await readStored(id)).toMatchObject({
      status: 'degraded',
      reason: 'receiver_unavailable',
    });
  });
});

describe('a lost answer', () => {
  test('differs from a revoked grant', async () => {
    const { crm, id, tokens, token, connections } = await createEnded();
    crm.fail('token', 'lose');
    expect(await unavailable(tokens.renew(id, token))).toMatchObject({
      code: 'provider_unavailable',
      isTransient: true,
    });
    expect(await unavailable(tokens.renew(id, token))).toMatchObject({
      code: 'grant_uncertain',
      isTransient: false,
    });
    expect(await connections.get(id)).toMatchObject({
      status: 'needs_reauthorization',
      reason: 'grant_uncertain',
    });
  });

  test('stays uncertain after rejections that do not concern the grant', async () => {
    const { crm, id, tokens, token, advance } = await createEnded();
    crm.fail('token', 'lose');
    await unavailable(tokens.renew(id, token));
    crm.fail('token', 'unavailable');
    await unavailable(tokens.renew(id, token));
    advance(1000);
    crm.fail('token', oauthError('invalid_grant', 'ip restricted'));
    await unavailable(tokens.renew(id, token));
    expect(await unavailable(tokens.renew(id, token))).toMatchObject({ code: 'grant_uncertain' });
  });

  test.each([
    ['5xx', 'error', 1],
    ['being busy', oauthError('invalid_grant', 'token request is already being processed'), 4],
  ] as const)('may be hidden behind %s', async (_name, fault, times) => {
    const { crm, id, token, createTokens } = await createEnded();
    const tokens = createTokens({ wait: async () => undefined });
    crm.fail('token', fault, times);
    await unavailable(tokens.renew(id, token));
    crm.revokeGrants();
    expect(await unavailable(tokens.renew(id, token))).toMatchObject({ code: 'grant_uncertain' });
  });

  test('does no harm with a provider that does not rotate', async () => {
    const { crm, id, tokens, token } = await createEnded({ crm: { rotation: false } });
    crm.fail('token', 'lose');
    await unavailable(tokens.renew(id, token));
    expect((await tokens.renew(id, token)).token).not.toBe(token);
  });

  test('under a clock that was ahead makes no process wait', async () => {
    const { crm, id, tokens, token, advance, createTokens } = await createEnded();
    crm.fail('token', 'close');
    advance(365 * 24 * HOUR_MS);
    await unavailable(tokens.renew(id, token));
    advance(-365 * 24 * HOUR_MS);
    const wait = () => Promise.reject(new Error('it waits'));
    expect((await createTokens({ wait }).renew(id, token)).token).not.toBe(token);
  });

  test('is no longer uncertain once the grant has worked again', async () => {
    const { crm, id, tokens, token, readStored } = await createEnded();
    crm.fail('token', 'close');
    await unavailable(tokens.renew(id, token));
    expect((await readStored(id)).refreshOwner).toBeDefined();
    const { token: next } = await tokens.renew(id, token);
    expect((await readStored(id)).refreshOwner).toBeUndefined();
    crm.revokeGrants();
    expect(await unavailable(tokens.renew(id, next))).toMatchObject({ code: 'grant_revoked' });
  });
});

describe('a process that dies during a refresh', () => {
  /** A store through which a process writes nothing more after a number of writes. */
  const dyingAfter = (world: CrmWorld, writes: number) => {
    let left = writes;
    return overrideStore(world.store, {
      replaceConnection: (connection: StoredConnection) =>
        left-- > 0 ? world.store.replaceConnection(connection) : new Promise(() => undefined),
    });
  };

  test('before the answer is stored does no harm with a provider that does not rotate', async () => {
    const world = await createEnded({ crm: { rotation: false } });
    const dying = world.createTokens({ store: dyingAfter(world, 1) });
    void dying.renew(world.id, world.token);
    await expect.poll(() => world.crm.count('refresh_token')).toBe(1);
    const other = world.createTokens({ wait: async (ms) => world.advance(ms) });
    expect((await other.renew(world.id, world.token)).token).not.toBe(world.token);
  });

  test('before the answer is stored is reported if the provider rotates', async () => {
    const world = await createEnded();
    const dying = world.createTokens({ store: dyingAfter(world, 1) });
    void dying.renew(world.id, world.token);
    await expect.poll(() => world.crm.count('refresh_token')).toBe(1);
    const other = world.createTokens({ wait: async (ms) => world.advance(ms) });
    expect(await unavailable(other.renew(world.id, world.token))).toMatchObject({
      code: 'grant_uncertain',
      isTransient: false,
    });
    expect((await world.connections.get(world.id)).status).toBe('needs_reauthorization');
    expect(world.failures).toMatchObject([{ operation: 'refresh', code: 'grant_rejected' }]);
  });

  test('delays others until the end of its lease, and no longer', async () => {
    const world = await createEnded();
    const stored = await world.readStored(world.id);
    const nowMs = Date.UTC(2026, 0, 1);
    await world.store.replaceConnection({
      ...stored,
      version: stored.version + 1,
      refreshOwner: 'a process that is no more',
      refreshUntilMs: nowMs + LEASE_MS,
    });
    let waitedMs = 0;
    const wait = async (ms: number) => {
      expect(world.crm.count('refresh_token')).toBe(0);
      waitedMs += ms;
      world.advance(ms);
    };
    const { token } = await world.createTokens({ wait }).renew(world.id, world.token);
    expect(token).not.toBe(world.token);
    expect(waitedMs).toBeGreaterThanOrEqual(LEASE_MS);
    expect(waitedMs).toBeLessThan(LEASE_MS + 1000);
    expect(await world.readStored(world.id)).toMatchObject({ refreshOwner: undefined });
  });

  test('but was only suspended sends nothing after its lease', async () => {
    const world = await createEnded();
    let renewed: Promise<unknown> | undefined;
    const store = overrideStore(world.store, {
      async replaceConnection(connection: StoredConnection) {
        const isReplaced = await world.store.replaceConnection(connection);
        if (renewed === undefined) {
          world.advance(2 * LEASE_MS);
          renewed = world.createTokens().renew(world.id, world.token);
          await renewed;
        }
        return isReplaced;
      },
    });
    const late = await world.createTokens({ store }).renew(world.id, world.token);
    expect(late).toEqual(await renewed);
    expect(world.crm.count('refresh_token')).toBe(1);
    expect(world.crm.grants[0]?.isRevoked).toBe(false);
  });

  test('but lives on and fails late does not change the current refresh', async () => {
    const world = await createEnded({ crm: { refreshMs: 2500 } });
    world.crm.fail('token', 'hang');
    // It fails while the other one's answer is on its way. If not, on a slow machine, the outcome is the same.
    const slow = world.createTokens({ timeoutMs: 2000 }).renew(world.id, world.token);
    await expect.poll(() => world.crm.count('refresh_token')).toBe(1);
    world.advance(LEASE_MS);
    const other = world.createTokens().renew(world.id, world.token);
    expect(await slow).toEqual(await other);
    expect(await world.readStored(world.id)).toMatchObject({ status: 'active' });
    expect(world.crm.count('refresh_token')).toBe(2);
  });

  test('but lives on and gets a late answer still stores its valid tokens', async () => {
    const world = await createEnded({ crm: { refreshMs: 1000 } });
    const slow = world.createTokens().renew(world.id, world.token);
    await expect.poll(async () => (await world.readStored(world.id)).refreshOwner).toBeDefined();
    // Its lease expires while it waits for the provider, and another process tries.
    world.advance(LEASE_MS);
    const other = await world.createTokens().renew(world.id, world.token);
    expect(await slow).toEqual(other);
    expect(world.crm.grants[0]?.isRevoked).toBe(false);
    expect(await world.readStored(world.id)).toMatchObject({ status: 'active' });
  });
});

describe('a store that is down when the provider has answered', () => {
  /** A store that fails to write tokens on demand. */
  const createFailing = (world: CrmWorld) => {
    const state = { isDown: true, writes: 0 };
    const store = overrideStore(world.store, {
      async replaceConnection(connection: StoredConnection) {
        const before = await world.store.getConnection(connection.id);
        if (state.isDown && before?.sealedTokens !== connection.sealedTokens) {
          state.writes += 1;
          throw new Error('the database is down');
        }
        return world.store.replaceConnection(connection);
      },
    });
    return { state, store };
  };

  test('gets the tokens as soon as it is back, and they are not used before', async () => {
    const world = await createEnded();
    const { state, store } = createFailing(world);
    const wait = async () => {
      if (state.writes === 5) state.isDown = false;
    };
    const tokens = world.createTokens({ store, wait });
    const { token } = await tokens.renew(world.id, world.token);
    expect(state.writes).toBe(5);
    expect((await world.createTokens().get(world.id)).token).toBe(token);
    expect(world.crm.count('refresh_token')).toBe(1);
  });

  test('for long releases callers, and the tokens are stored later', async () => {
    const world = await createEnded();
    const { state, store } = createFailing(world);
    const wait = async (ms: number) => {
      world.advance(ms);
      await new Promise(setImmediate);
    };
    const tokens = world.createTokens({ store, wait });
    await expect(tokens.renew(world.id, world.token)).rejects.toThrow('the database is down');
    await expect(tokens.renew(world.id, world.token)).rejects.toThrow('the database is down');
    expect((await world.readStored(world.id)).refreshedAtMs).toBeUndefined();
    state.isDown = false;
    await expect.poll(async () => (await world.readStored(world.id)).refreshedAtMs).toBeDefined();
    expect((await tokens.get(world.id)).token).not.toBe(world.token);
    expect(world.crm.count('refresh_token')).toBe(1);
    expect(world.crm.grants[0]?.isRevoked).toBe(false);
  });

  test('but has stored the tokens nevertheless is recognized', async () => {
    const world = await createEnded();
    let isLost = false;
    const store = overrideStore(world.store, {
      async replaceConnection(connection: StoredConnection) {
        const before = await world.store.getConnection(connection.id);
        const isReplaced = await world.store.replaceConnection(connection);
        if (!isLost && before?.sealedTokens !== connection.sealedTokens) {
          isLost = true;
          throw new Error('connection reset');
        }
        return isReplaced;
      },
    });
    const { token } = await world.createTokens({ store }).renew(world.id, world.token);
    expect((await world.createTokens().get(world.id)).token).toBe(token);
    expect(world.crm.count('refresh_token')).toBe(1);
  });

  test('before the request is a plain error, and the provider gets no request', async () => {
    const world = await createEnded();
    const store = overrideStore(world.store, {
      replaceConnection: async () => {
        throw new Error('the database is down');
      },
    });
    const tokens = world.createTokens({ store });
    await expect(tokens.renew(world.id, world.token)).rejects.toThrow('the database is down');
    expect(world.crm.count('refresh_token')).toBe(0);
  });
});

describe('during a refresh', () => {
  /** Does something while the provider is working on a refresh. */
  async function during(act: (world: CrmWorld, id: string) => Promise<unknown>) {
    const world = await createEnded({ crm: { refreshMs: 150 } });
    const renewal = world.tokens.renew(world.id, world.token);
    renewal.catch(() => undefined);
    await expect.poll(async () => (await world.readStored(world.id)).refreshOwner).toBeDefined();
    await act(world, world.id);
    return { ...world, renewal };
  }

  test('a new authorization takes precedence', async () => {
    const { id, renewal, crm, createTokens, readStored } = await during((world, id) =>
      world.logIn(id),
    );
    const { token } = await renewal;
    expect(crm.grants[1]?.accessTokens.has(token)).toBe(true);
    expect(await createTokens().get(id)).toMatchObject({ token });
    expect(await readStored(id)).toMatchObject({ status: 'active', refreshOwner: undefined });
    expect(crm.grants[1]?.isRevoked).toBe(false);
  });

  test('a new authorization takes precedence also over a rejected old one', async () => {
    const { renewal, crm, readStored, id } = await during(async (world, id) => {
      world.crm.revokeGrants();
      await world.logIn(id);
    });
    expect(crm.grants[1]?.accessTokens.has((await renewal).token)).toBe(true);
    expect(await readStored(id)).toMatchObject({ status: 'active', reason: undefined });
  });

  test('a disconnect takes precedence, and later tokens are revoked', async () => {
    const { id, renewal, crm, readStored } = await during((world, id) => {
      // The provider still knows the old token only, and does not end the grant by it.
      world.crm.fail('revoke', 'error', 2);
      return world.connections.disconnect(id);
    });
    expect(await unavailable(renewal)).toMatchObject({ isTransient: false });
    expect((await readStored(id)).sealedTokens).toBeUndefined();
    expect(crm.grants[0]?.isRevoked).toBe(true);
  });

  test('other changes are kept', async () => {
    const { id, renewal, token, connections } = await during((world, id) =>
      world.connections.update(id, { name: 'New name' }),
    );
    expect((await renewal).token).not.toBe(token);
    expect(await connections.get(id)).toMatchObject({ name: 'New name', status: 'active' });
  });

  test('a connection that is disabled keeps the tokens and stays disabled', async () => {
    const { id, renewal, token, connections, tokens } = await during((world, id) =>
      world.connections.disable(id),
    );
    expect((await renewal).token).not.toBe(token);
    expect((await connections.get(id)).status).toBe('disabled');
    expect(await unavailable(tokens.get(id))).toMatchObject({ isTransient: false });
    await connections.enable(id);
    expect(await tokens.get(id)).toEqual(await renewal);
  });
});

test('a connection that is disabled while its refresh fails stays disabled', async () => {
  const world = await createEnded({ crm: { refreshMs: 150 } });
  const { crm, id, tokens, token, connections, readStored } = world;
  const renewal = unavailable(tokens.renew(id, token));
  await expect.poll(async () => (await readStored(id)).refreshOwner).toBeDefined();
  crm.revokeGrants();
  await connections.disable(id);
  expect(await renewal).toMatchObject({ code: 'grant_revoked' });
  expect(await connections.get(id)).toMatchObject({ status: 'disabled', reason: undefined });
});

describe('a connection without an authorization', () => {
  test('has no token, and sends no request', async () => {
    const { crm, configure, createTokens, connections } = await createCrmWorld();
    const id = await configure();
    const tokens = createTokens();
    expect((await unavailable(tokens.get(id))).isTransient).toBe(false);
    expect((await unavailable(tokens.renew(id, 'a'))).isTransient).toBe(false);
    expect((await unavailable(tokens.get('unknown'))).isTransient).toBe(false);
    await connections.authorize(id, SESSION, 'ada');
    expect((await unavailable(tokens.get(id))).isTransient).toBe(false);
    expect(crm.requests).toEqual([]);
  });
});

describe('renewIdle', () => {
  const DAY_MS = 24 * HOUR_MS;

  test('refreshes the grants that are idle for that long, once', async () => {
    const world = await createCrmWorld();
    const [idle, used, disabled] = [
      await world.authorize(),
      await world.authorize(),
      await world.authorize(),
    ];
    await world.configure();
    await world.connections.disable(disabled);
    const tokens = world.createTokens();
    const before = await tokens.get(idle);
    world.advance(DAY_MS - 1);
    await tokens.renew(used, (await tokens.get(used)).token);
    await tokens.renewIdle(DAY_MS);
    expect(world.crm.count('refresh_token')).toBe(1);
    world.advance(1);
    await Promise.all([tokens.renewIdle(DAY_MS), world.createTokens().renewIdle(DAY_MS)]);
    await tokens.renewIdle(DAY_MS);
    expect(world.crm.count('refresh_token')).toBe(2);
    expect((await tokens.get(idle)).token).not.toBe(before.token);
    expect(await world.connections.get(idle)).toMatchObject({
      refreshedAt: new Date(Date.UTC(2026, 0, 2)),
    });
  });

  test('is not postponed by a clock that was ahead', async () => {
    const world = await createCrmWorld();
    world.advance(365 * DAY_MS);
    await world.authorize();
    world.advance(-365 * DAY_MS);
    await world.createTokens().renewIdle(DAY_MS);
    expect(world.crm.count('refresh_token')).toBe(1);
  });

  test('continues after a connection that fails, and stores the reason', async () => {
    const world = await createCrmWorld();
    const [first, second] = [
      await world.authorize({ name: 'A' }),
      await world.authorize({ name: 'B' }),
    ];
    world.advance(DAY_MS);
    world.crm.fail('token', oauthError('invalid_grant'));
    await world.createTokens().renewIdle(DAY_MS);
    expect(await world.connections.get(first)).toMatchObject({ reason: 'grant_revoked' });
    expect(await world.connections.get(second)).toMatchObject({ status: 'active' });
    expect(world.crm.count('refresh_token')).toBe(2);
  });

  test('begins no other refresh once shouldContinue returns false', async () => {
    const world = await createCrmWorld();
    for (const name of ['A', 'B', 'C']) await world.authorize({ name });
    world.advance(DAY_MS);
    const count = () => world.crm.count('refresh_token');
    await world.createTokens().renewIdle(DAY_MS, () => count() < 2);
    expect(count()).toBe(2);
    await world.createTokens().renewIdle(DAY_MS);
    expect(count()).toBe(3);
  });

  test('leaves a token without a refresh token unchanged', async () => {
    const world = await createCrmWorld({ crm: { refreshTokens: false } });
    const id = await world.authorize();
    world.advance(DAY_MS);
    await world.createTokens().renewIdle(DAY_MS);
    expect((await world.connections.get(id)).status).toBe('active');
  });
});

test('no grant is lost unless an answer is lost', async () => {
  const faults = fc.constantFrom<CrmFault>(
    'error',
    'unavailable',
    'close',
    'garbage',
    oauthError('invalid_grant', 'token request is already being processed'),
  );
  const runs = fc.array(
    fc.record({
      faults: fc.array(faults, { maxLength: 3 }),
      processes: fc.integer({ min: 1, max: 4 }),
    }),
    { minLength: 1, maxLength: 3 },
  );
  await fc.assert(
    fc.asyncProperty(runs, async (rounds) => {
      const world = await createCrmWorld({ crm: { refreshMs: 2 } });
      const id = await world.authorize();
      const wait = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
      const all = Array.from({ length: 4 }, () => world.createTokens({ wait }));
      for (const round of rounds) {
        const { token } = await all[0]!.get(id);
        world.crm.killSessions();
        for (const fault of round.faults) world.crm.fail('token', fault);
        const renewals = all
          .slice(0, round.processes)
          .flatMap((tokens) => [tokens.renew(id, token), tokens.renew(id, token)]);
        for (const { reason } of await Promise.allSettled(renewals).then((results) =>
          results.filter((result) => result.status === 'rejected'),
        )) {
          expect(reason).toMatchObject({ name: 'TokenUnavailable', isTransient: true });
        }
        world.crm.recover();
        // The provider may have asked for a second of silence.
        world.advance(1000);
        expect((await all[0]!.renew(id, token)).token).not.toBe(token);
        expect(world.crm.grants[0]?.isRevoked).toBe(false);
      }
      await world.crm.close();
    }),
    { numRuns: 40 },
  );
});

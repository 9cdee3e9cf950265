import { createServer } from 'node:http';
import {
  type CredentialSet,
  createTokenClient,
  type FetchLike,
  TOKEN_ERROR_CODES,
  type TokenClientOptions,
  TokenError,
} from '@mandate/client';
import { createGuard } from '@mandate/core';
import { createJwtVerifier } from '@mandate/core/jwt';
import { mountFetch, requireAuth } from '@mandate/express';
import '@mandate/express/typed-auth';
import {
  AUTHORIZATION_ERRORS,
  type AuthorizationErrorCode,
  type AuthorizationServiceOptions,
  createAuthorizationHandler,
  createLoginKey,
  createMemoryAttemptLimiter,
} from '@mandate/issuer';
import express from 'express';
import { describe, expect, test } from 'vitest';
import { API_KEY, AUDIENCE, createWorld, ISSUER } from '../issuer/world.js';
import { listen } from '../support/listen.js';

const ALICE = { username: 'alice@example.com', password: 'correct' };
const BOB = { username: 'bob', password: 'hunter2' };

/** The authorization service of the tests behind HTTP, and beside it an API for its tokens. */
async function startService(options: Partial<AuthorizationServiceOptions> = {}) {
  const world = await createWorld({ options });
  const guard = createGuard({
    verifiers: [
      createJwtVerifier({
        issuer: ISSUER,
        audience: AUDIENCE,
        keys: world.signingKeys.keySet,
        strict: true,
      }),
    ],
    now: world.clock.now,
    endpoints: { 'GET /lookupvisitor': { scopes: ['PRESENCE'], group: { query: 'groupid' } } },
  });
  const app = express();
  app.use('/auth', mountFetch(createAuthorizationHandler({ service: world.service })));
  app.use(requireAuth(guard));
  app.get('/lookupvisitor', (req, res) => {
    res.json({ for: req.auth.subject });
  });
  return { ...world, origin: await listen(createServer(app)) };
}

type Service = Awaited<ReturnType<typeof startService>>;

interface Ask {
  readonly credentials: CredentialSet;
  readonly groupid?: string | number;
  readonly service?: string;
  readonly options?: TokenClientOptions;
}

function createClient({ origin, clock }: Service, { options, ...asked }: Ask) {
  return createTokenClient({
    authorize: { webserver: `${origin}/auth`, ...asked },
    allowedOrigins: [origin],
    now: clock.now,
    ...options,
  } as TokenClientOptions);
}

/** The error that the client reports. */
async function failureOf(service: Service, ask: Ask): Promise<TokenError> {
  try {
    await createClient(service, ask).getToken();
  } catch (error) {
    if (error instanceof TokenError) return error;
    throw error;
  }
  return expect.unreachable('there is a token');
}

/** Changes requests of the client, which rejects some mistakes before it sends them. */
const withBody =
  (change: Readonly<Record<string, unknown>>): FetchLike =>
  (input, init) =>
    fetch(input, {
      ...init,
      body: JSON.stringify({ ...JSON.parse(String(init?.body)), ...change }),
    });

describe('the token client at the authorization service', () => {
  const sets: Readonly<
    Record<string, (service: Service) => Promise<CredentialSet> | CredentialSet>
  > = {
    'user name and password': () => BOB,
    'user name and Salesforce credentials': () => ({
      username: 'bob',
      g4scredentials: 'g'.repeat(32),
    }),
    'user name and login key': ({ loginKey }) => ({ username: 'bob', loginkey: loginKey('b1') }),
    'a log-in session': async ({ directory, clock }) => ({
      gssnid: await directory.createSession('u-bob', new Date(clock.ms + 60_000)),
    }),
    'partner and login key': ({ loginKey }) => ({
      partnerid: 12345,
      partneruserid: 'b1',
      loginkey: loginKey('b1'),
    }),
  };

  test.each(Object.keys(sets))('gets a token that the API accepts with %s', async (name) => {
    const service = await startService();
    const client = createClient(service, { credentials: await sets[name]!(service) });
    const lookUp = (group: string) =>
      client.fetchWithToken(`${service.origin}/lookupvisitor?groupid=${group}`);
    const answer = await lookUp('12345');
    expect([answer.status, await answer.json()]).toEqual([200, { for: 'u-bob' }]);
    expect((await lookUp('67890')).status).toBe(403);
    const { expiration } = await client.getJwtToken();
    expect(expiration).toBe(new Date(service.clock.ms + 20 * 60_000).toISOString());
  });

  test('gets a token for the requested group and duration', async () => {
    const service = await startService();
    const client = createTokenClient({
      authorize: {
        ...{ webserver: `${service.origin}/auth`, service: 'webservices' },
        ...{ groupid: 67890, credentials: ALICE, duration: 120 },
      },
      now: service.clock.now,
    });
    const { expiration, jwtToken } = await client.getJwtToken();
    expect(expiration).toBe(new Date(service.clock.ms + 120 * 60_000).toISOString());
    const claims = JSON.parse(Buffer.from(jwtToken.split('.')[1]!, 'base64url').toString());
    expect(claims).toMatchObject({ groupid: '67890', aud: 'https://ws.example', sub: 'u-alice' });
  });

  const keyOfBob = (service: Service, expiresInMs: number, apiKey = API_KEY) =>
    createLoginKey({
      ...{ partnerId: '12345', partnerUserId: 'b1', apiKey },
      expiresAt: new Date(service.clock.ms + expiresInMs),
      now: service.clock.now,
    });

  const failures: Readonly<
    Record<AuthorizationErrorCode, (service: Service) => Ask | Promise<Ask>>
  > = {
    missing_credentials: () => ({
      credentials: BOB,
      options: { fetch: withBody({ password: '' }) },
    }),
    invalid_request: () => ({ credentials: { username: 'a'.repeat(1025), password: 'b' } }),
    group_required: () => ({ credentials: ALICE }),
    invalid_duration: () => ({
      credentials: BOB,
      options: { fetch: withBody({ duration: 121 }) },
    }),
    invalid_credentials: () => ({ credentials: { username: 'bob', password: 'wrong' } }),
    loginkey_expired: (service) => {
      const loginkey = keyOfBob(service, 1000);
      service.clock.ms += 1000;
      return { credentials: { username: 'bob', loginkey } };
    },
    loginkey_too_long: (service) => {
      const loginkey = keyOfBob(service, 86_400_000);
      service.clock.ms -= 1000;
      return { credentials: { username: 'bob', loginkey } };
    },
    loginkey_bad_signature: (service) => ({
      credentials: { username: 'bob', loginkey: keyOfBob(service, 1000, 'another api key') },
    }),
    not_in_group: () => ({ credentials: BOB, groupid: 67890 }),
    feature_not_enabled: () => ({ credentials: ALICE, groupid: 67890 }),
    rate_limited: async (service) => {
      const wrong = { credentials: { username: 'bob', password: 'wrong' } };
      for (let i = 0; i < 2; i++) await failureOf(service, wrong);
      return { credentials: BOB };
    },
    service_error: ({ directory }) => {
      directory.checkPassword = () => Promise.reject(new Error('the database is down'));
      return { credentials: BOB };
    },
  };

  test.each(Object.keys(failures) as AuthorizationErrorCode[])('receives %s', async (code) => {
    const service = await startService({
      accountLimiter: createMemoryAttemptLimiter({ attempts: 2, perSeconds: 900 }),
    });
    const error = await failureOf(service, await failures[code](service));
    expect(error.code).toBe(code);
    expect(error.message).toBe(`no token: ${code}`);
    const hasToWait = code === 'rate_limited';
    expect(error.retryAfterSeconds).toEqual(hasToWait ? expect.any(Number) : undefined);
  });

  test('has the codes of the service, and two for a missing answer', () => {
    const answered = Object.keys(AUTHORIZATION_ERRORS);
    expect([...TOKEN_ERROR_CODES].sort()).toEqual([...answered, 'network', 'timeout'].sort());
  });

  test('reports a service that is missing or does not answer', async () => {
    const service = await startService();
    const silent = await listen(() => {});
    const options = { timeoutMs: 50 };
    const nobody = { ...service, origin: 'http://127.0.0.1:1' };
    expect((await failureOf(nobody, { credentials: BOB })).code).toBe('network');
    const late = await failureOf({ ...service, origin: silent }, { credentials: BOB, options });
    expect(late.code).toBe('timeout');
  });
});

import { Glean } from '@gleanwork/api-client';
import { GleanError } from '@gleanwork/api-client/models/errors';
import {
  createGuard,
  type EndpointMap,
  type Guard,
  type Permission,
  type Principal,
} from '@mandate/core';
import { GLEAN_ENDPOINTS, GLEAN_SCOPES, gleanPreset } from '@mandate/core/glean';
import { createJwtVerifier } from '@mandate/core/jwt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AUDIENCE,
  fixtureKey,
  ISSUER,
  signToken,
  toKeySet,
  validClaims,
} from '../../support/tokens.js';
import { close, HOSTS, listen } from '../servers.js';
import { OPERATIONS } from './operations.js';

const operations = Object.entries(OPERATIONS);

/** A guard of the Glean API for tokens whose permission is in a claim of that name. */
async function createGleanGuard(endpoints: EndpointMap = GLEAN_ENDPOINTS): Promise<Guard> {
  const verifier = createJwtVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: toKeySet(await fixtureKey()),
    permission: (claims) => claims['permission'] as Permission,
  });
  return createGuard({ ...gleanPreset, endpoints, verifiers: [verifier] });
}

function signFor(permission: Permission, claims: Readonly<Record<string, unknown>> = {}) {
  return signToken(validClaims({ permission, scope: GLEAN_SCOPES.join(' '), ...claims }));
}

const actAs = (email: string) => ({ headers: { 'X-Glean-ActAs': email } });

/** What the SDK throws. */
async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (value) => expect.unreachable(`answered ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
}

/** Expects the SDK's own error, with a message that a person can read. */
async function expectDenied(call: Promise<unknown>, statusCode: number, reason: string) {
  const error = await failureOf(call);
  expect(error).toBeInstanceOf(GleanError);
  expect(error).toMatchObject({
    statusCode,
    contentType: 'text/plain; charset=utf-8',
    body: `${reason}\nNot allowed`,
    message: expect.stringContaining(reason),
  });
  return error as GleanError;
}

describe.each(Object.entries(HOSTS))('the Glean SDK against %s', (_, createServer) => {
  const principals: Principal[] = [];
  const servers: ReturnType<typeof createServer>[] = [];
  let serverURL: string;

  async function start(guard: Guard): Promise<string> {
    const server = createServer(guard, (path, principal) => {
      principals.push(principal);
      const operation = operations.find(([, { path: known }]) => known === path);
      return operation?.[1].answer(principal.subject) ?? {};
    });
    servers.push(server);
    return listen(server);
  }

  beforeAll(async () => {
    serverURL = await start(await createGleanGuard());
  });
  afterAll(async () => {
    await Promise.all(servers.map(close));
  });

  const connect = (apiToken: string) => new Glean({ apiToken, serverURL });

  describe.each(operations)('%s', (_, { call, scopes }) => {
    test('answers a GLOBAL token as the user that it acts as', async () => {
      const glean = connect(await signFor('GLOBAL', { sub: 'connector' }));
      const answer = await call(glean, actAs('grace@example.com'));
      expect(JSON.stringify(answer)).toContain('grace@example.com');
      expect(principals.at(-1)).toMatchObject({
        subject: 'grace@example.com',
        actor: { subject: 'connector' },
      });
    });

    test.each([undefined, actAs(''), actAs('  ')])(
      'rejects a GLOBAL token that names no user: %j',
      async (options) => {
        const glean = connect(await signFor('GLOBAL'));
        await expectDenied(call(glean, options), 400, 'Required header missing: X-Glean-ActAs');
      },
    );

    test.each(['undefined', 'a@example.com, b@example.com'])(
      'rejects a GLOBAL token that acts as %j',
      async (email) => {
        const glean = connect(await signFor('GLOBAL'));
        await expectDenied(call(glean, actAs(email)), 401, 'Invalid identity');
      },
    );

    test('answers a USER token as its own user', async () => {
      const answer = await call(connect(await signFor('USER', { sub: 'ada@example.com' })));
      expect(JSON.stringify(answer)).toContain('ada@example.com');
      expect(principals.at(-1)?.actor).toBeUndefined();
    });

    test('answers a USER token with no more scopes than it needs, in lower case', async () => {
      const scope = scopes.join(' ').toLowerCase();
      const answer = await call(connect(await signFor('USER', { scope })), actAs(''));
      expect(JSON.stringify(answer)).toContain('ada@example.com');
    });

    test.each(['USER', 'ANONYMOUS'] as const)(
      'rejects a %s token that names a user',
      async (permission) => {
        const glean = connect(await signFor(permission));
        const reason = 'Header not allowed with this token: X-Glean-ActAs';
        await expectDenied(call(glean, actAs('ada@example.com')), 400, reason);
      },
    );

    test('rejects an ANONYMOUS token', async () => {
      const glean = connect(await signFor('ANONYMOUS'));
      const reason = 'Anonymous tokens are not supported on this endpoint';
      await expectDenied(call(glean), 403, reason);
    });

    test('rejects a token without the required scope, and names the scope', async () => {
      const scope = GLEAN_SCOPES.filter((one) => one !== scopes.at(-1) && one !== 'ENTITIES');
      const error = await expectDenied(
        call(connect(await signFor('USER', { scope: scope.join(' ') }))),
        403,
        `Required scope missing: ${scopes.join(' ')}`,
      );
      expect(error.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    });

    test('rejects an expired token', async () => {
      const glean = connect(await signFor('USER', { exp: 1_000_000_000 }));
      const error = await expectDenied(call(glean), 401, 'Token has expired');
      expect(error.headers.get('www-authenticate')).toContain('error="invalid_token"');
    });

    test.each(['garbage', 'glean_XYZ123', 'a.b.c', 'Basic YTpi', 'two words', 'é'])(
      'rejects the token %j',
      async (token) => {
        await expectDenied(call(connect(token)), 401, 'Invalid Secret');
      },
    );

    test('rejects a request without a token', async () => {
      await expectDenied(call(new Glean({ serverURL })), 401, 'Invalid Secret');
    });

    test('accepts the token with and without its scheme', async () => {
      const token = await signFor('USER');
      for (const scheme of ['Bearer ', 'bearer ', 'BEARER ']) {
        const answer = await call(connect(`${scheme}${token}`));
        expect(JSON.stringify(answer)).toContain('ada@example.com');
      }
    });
  });

  test('an ANONYMOUS token may search if the map allows it, and nothing else', async () => {
    const guard = await createGleanGuard({
      ...GLEAN_ENDPOINTS,
      'POST /rest/api/v1/search': { scopes: ['SEARCH'], anonymous: true },
    });
    const glean = new Glean({
      apiToken: await signFor('ANONYMOUS'),
      serverURL: await start(guard),
    });
    const { search, chat } = OPERATIONS;
    expect(await search?.call(glean)).toMatchObject({ requestID: expect.any(String) });
    expect(principals.at(-1)?.permission).toBe('ANONYMOUS');
    const reason = 'Anonymous tokens are not supported on this endpoint';
    await expectDenied(chat?.call(glean) as Promise<unknown>, 403, reason);
  });

  test('a streamed chat is rejected before it starts', async () => {
    const { client } = connect(await signFor('USER', { scope: 'SEARCH' }));
    const messages = [{ fragments: [{ text: 'Hello' }] }];
    const reason = 'Required scope missing: CHAT';
    await expectDenied(client.chat.createStream({ messages }), 403, reason);
  });

  test('a path outside the Client API is rejected', async () => {
    const glean = connect(await signFor('USER'));
    await expectDenied(glean.search.listFilters(), 403, 'Unknown endpoint');
  });
});

import type { Server } from 'node:http';
import {
  AuthError,
  type AuthRequest,
  createGuard,
  type Guard,
  type TokenVerifier,
} from '@mandate/core';
import { toAuthRequest } from '@mandate/core/node';
import { createTRPCClient, httpBatchLink, httpBatchStreamLink, httpLink } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import { createHTTPServer } from '@trpc/server/adapters/standalone';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRequest } from '../../support/auth-request.js';
import { importGuide } from '../../support/guide-program.js';
import { listen } from '../../support/listen.js';
import { type ServedIssuer, serveIssuer } from '../../support/serve-issuer.js';
import { createPrincipal } from '../../support/static-verifier.js';

const GUIDE = 'packages/core/docs/recipes/trpc.md';

/** The client of the recipe, as far as the tests use it. */
interface Client {
  readonly health: { query(): Promise<string> };
  readonly documents: {
    readonly list: { query(): Promise<readonly string[]> };
    readonly remove: { mutate(): Promise<string> };
  };
  readonly visitors: { readonly list: { query(input?: object): Promise<readonly string[]> } };
}

interface Served {
  readonly url: string;
  readonly issue: ServedIssuer['issue'];
  /** The calls of one tick are a batch. */
  connect(token?: string): Client;
}

async function serveRecipe(): Promise<Served> {
  const { issuer, issue } = await serveIssuer();
  const { server } = await importGuide<{ readonly server: Server }>(GUIDE, {
    'https://sso.example.com/': issuer,
    'server.listen(3000);': 'export { server };',
  });
  const url = `${await listen(server)}/trpc`;
  const connect = (token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return createTRPCClient<AnyRouter>({
      links: [httpBatchLink({ url, headers })],
    }) as unknown as Client;
  };
  return { url, issue, connect };
}

interface CallError {
  readonly message: string;
  readonly data: { readonly httpStatus: number; readonly reason: string | null };
}

/** Each result, or the status and the reason. */
async function settle(...calls: readonly Promise<unknown>[]): Promise<readonly unknown[]> {
  const settled = await Promise.allSettled(calls);
  return settled.map((one) => {
    if (one.status === 'fulfilled') return one.value;
    const { data } = one.reason as CallError;
    return `${data.httpStatus} ${data.reason}`;
  });
}

describe('the recipe for tRPC', () => {
  test('has a client, which gets what its token allows', async () => {
    const { url, issue } = await serveRecipe();
    const { createClient } = await importGuide<{
      createClient(url: string, getToken: () => Promise<string>): Client;
    }>(GUIDE, {}, 'client.ts');
    const client = createClient(url, () => issue({ scope: 'READ' }));
    const answers = await settle(client.health.query(), client.documents.list.query());
    expect(answers).toEqual(['up', ['a document for ada']]);
  });

  test('judges each call of a batch by the rule of its procedure', async () => {
    const { issue, connect } = await serveRecipe();
    const fetched = vi.spyOn(globalThis, 'fetch');
    const visitor = connect(await issue({ scope: 'READ', groups: ['7'] }));
    expect(
      await settle(
        visitor.health.query(),
        visitor.documents.list.query(),
        visitor.visitors.list.query({ groupid: '7' }),
        visitor.visitors.list.query({ groupid: '8' }),
        visitor.visitors.list.query({ groupid: ['7'] }),
        visitor.visitors.list.query(),
      ),
    ).toEqual([
      'up',
      ['a document for ada'],
      ['a visitor of 7'],
      '403 group_mismatch',
      '400 group_conflict',
      '400 group_missing',
    ]);
    expect(await settle(visitor.documents.remove.mutate())).toEqual(['403 scope_required']);
    const writer = connect(await issue({ scope: 'WRITE' }));
    expect(
      await settle(writer.documents.remove.mutate(), writer.documents.remove.mutate()),
    ).toEqual(['removed by ada', 'removed by ada']);
    expect(await settle(writer.health.query(), writer.documents.list.query())).toEqual([
      'up',
      '403 scope_required',
    ]);
    const responses = await Promise.all(fetched.mock.results.map(({ value }) => value));
    const batches = responses.filter((response) => response.url.includes('/trpc/'));
    expect(batches.map(({ status }) => status)).toEqual([207, 403, 200, 207]);
    fetched.mockRestore();
  });

  test('answers a batch without a token, but for what is public', async () => {
    const { issue, connect } = await serveRecipe();
    const stranger = connect();
    expect(await settle(stranger.health.query(), stranger.documents.list.query())).toEqual([
      'up',
      '401 credentials_missing',
    ]);
    const expired = connect(await issue({ scope: 'READ', exp: 1 }));
    expect(await settle(expired.documents.list.query())).toEqual(['401 token_expired']);
    expect(await settle(connect('invalid').documents.list.query())).toEqual(['401 token_invalid']);
    expect(await settle(connect('a, Bearer b').documents.list.query())).toEqual([
      '400 credentials_malformed',
    ]);
  });

  test('sends the challenge if the whole response is rejected, and no reason of ours', async () => {
    const { url, issue } = await serveRecipe();
    const ask = async (path: string, token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`${url}/${path}`, { headers });
      return { response, challenge: response.headers.get('www-authenticate') };
    };
    const rejected = await ask('documents.list,visitors.list?batch=1', 'invalid');
    expect(rejected.response.status).toBe(401);
    expect(rejected.challenge).toContain('error="invalid_token"');
    expect(rejected.response.headers.get('content-type')).toBe('application/json');
    expect(await rejected.response.text()).not.toMatch(/stack|\.ts/);
    const mixed = await ask('documents.list,health?batch=1', 'invalid');
    expect(mixed.response.status).toBe(207);
    expect(mixed.challenge).toBeNull();
    const lacking = await ask('documents.list', await issue({ scope: 'WRITE' }));
    expect(lacking.challenge).toContain('scope="READ"');
  });

  test.each([
    // The path of a call is what tRPC calls, however it was spelled.
    ['health,documents.remove?batch=1', 400],
    ['health%2Cdocuments.list?batch=1', 207],
    ['documents%2Elist', 401],
    ['documents.list?batch=1', 401],
    ['health/documents.list', 404],
    ['health,health,health,health,health,health,health,health,health,health,health?batch=1', 400],
  ])('opens nothing for %s', async (path, status) => {
    const { url } = await serveRecipe();
    const response = await fetch(`${url}/${path}`);
    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain('a document');
  });

  test('judges the calls of a stream', async () => {
    const { url, issue } = await serveRecipe();
    const headers = { authorization: `Bearer ${await issue({ scope: 'WRITE' })}` };
    const client = createTRPCClient<AnyRouter>({
      links: [httpBatchStreamLink({ url, headers })],
    }) as unknown as Client;
    expect(await settle(client.health.query(), client.documents.list.query())).toEqual([
      'up',
      '403 scope_required',
    ]);
  });
});

interface Parts {
  createProcedure(guard: Guard): {
    query(resolve: () => unknown): never;
    mutation(resolve: () => unknown): never;
  };
  router(procedures: object): AnyRouter;
}

describe('the procedure of the recipe for tRPC', () => {
  beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));
  afterEach(() => void vi.restoreAllMocks());

  async function serve(verify: TokenVerifier['verify']) {
    const { createProcedure, router } = await importGuide<Parts>(GUIDE, {}, 'create-procedure.ts');
    const guard = createGuard({
      verifiers: [{ accepts: () => true, verify }],
      endpoints: { 'GET /trpc/list': { scopes: [] }, 'POST /trpc/change': { scopes: ['WRITE'] } },
    });
    const procedure = createProcedure(guard);
    const appRouter = router({
      list: procedure.query(() => 'listed'),
      change: procedure.query(() => 'changed'),
      forgotten: procedure.query(() => 'open'),
    });
    const server = createHTTPServer({
      router: appRouter,
      createContext: ({ req }) => ({ request: toAuthRequest(req) }),
      allowMethodOverride: true,
    });
    const url = await listen(server);
    const link = httpLink({ url, headers: { authorization: 'Bearer a' } });
    const client = createTRPCClient<AnyRouter>({ links: [link] });
    return { url, appRouter, client: client as never as Record<string, { query(): never }> };
  }

  test('denies what the map does not name, and a query by the rule of a mutation', async () => {
    const { client, url } = await serve(() => createPrincipal({ scopes: ['WRITE'] }));
    const answers = await settle(
      client['list']?.query() as never,
      client['forgotten']?.query() as never,
      client['change']?.query() as never,
    );
    expect(answers).toEqual(['listed', '403 endpoint_unmapped', '403 endpoint_unmapped']);
    const headers = { authorization: 'Bearer a', 'content-type': 'application/json' };
    const posted = await fetch(`${url}/change`, { method: 'POST', headers });
    expect(posted.status).toBe(403);
  });

  test('answers an outage with 503, and a fault without its message', async () => {
    const outage = await serve(() => {
      throw new AuthError('verifier_unavailable', 'host db.internal', { retryAfterSeconds: 7 });
    });
    const headers = { authorization: 'Bearer a' };
    const unavailable = await fetch(`${outage.url}/list`, { headers });
    expect(unavailable.status).toBe(503);
    expect(await unavailable.text()).not.toContain('db.internal');
    const broken = await serve(() => {
      throw new Error('password of db.internal');
    });
    const faulty = await fetch(`${broken.url}/list`, { headers });
    expect(faulty.status).toBe(500);
    expect(await faulty.text()).not.toMatch(/db\.internal|stack/);
  });

  test('decides calls of the server itself', async () => {
    const { appRouter } = await serve(() => createPrincipal());
    const call = (request: AuthRequest) =>
      (appRouter.createCaller({ request }) as unknown as { list(): Promise<unknown> }).list();
    expect(await call(createRequest({ token: 'a' }))).toBe('listed');
    await expect(call(createRequest())).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });
});

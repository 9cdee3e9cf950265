import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTokenClient, type FetchLike, type TokenClient, TokenError } from '@mandate/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

interface Api {
  readonly origin: string;
  readonly received: Received[];
  readonly server: Server;
}

let api: Api;
let elsewhere: Api;
let issued: number;
let accepted: Set<string>;

beforeEach(async () => {
  issued = 0;
  accepted = new Set(['token-1']);
  elsewhere = await createApi(() => 200);
  api = await createApi(({ url, headers }, res) => {
    if (url === '/away') res.setHeader('location', `${elsewhere.origin}/landed`);
    if (url === '/near') res.setHeader('location', '/landed');
    if (url === '/away' || url === '/near') return 302;
    return accepted.has(headers.authorization?.slice('Bearer '.length) ?? '') ? 200 : 401;
  });
});

afterEach(() => {
  for (const { server } of [api, elsewhere]) server.close().closeAllConnections();
});

async function createApi(
  decide: (req: IncomingMessage, res: Parameters<RequestListener>[1]) => number,
): Promise<Api> {
  const received: Received[] = [];
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    const { method, url, headers } = req;
    received.push({ method, url, authorization: headers.authorization, body });
    res.writeHead(decide(req, res)).end('answer');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, received, server };
}

const asAgent = {
  webserver: 'https://auth.example.com',
  credentials: { username: 'alice', password: 'x' },
};

const createClient = (options: { now?: () => number; fetch?: FetchLike } = {}) =>
  createTokenClient({
    fetchToken: async () => ({ token: `token-${++issued}`, expiresInSeconds: 1200 }),
    allowedOrigins: [api.origin],
    ...options,
  });

const tokensOf = ({ received }: Api) => received.map(({ authorization }) => authorization);

describe('a request to an allowed origin', () => {
  test('carries the token', async () => {
    const response = await createClient().fetchWithToken(`${api.origin}/me?a=1`);
    expect(response.status).toBe(200);
    expect(tokensOf(api)).toEqual(['Bearer token-1']);
  });

  test('keeps method, body and headers, including those of a Request', async () => {
    const { fetchWithToken } = createClient();
    const request = new Request(`${api.origin}/me`, { method: 'POST', body: 'text' });
    expect((await fetchWithToken(request)).status).toBe(200);
    expect(await fetchWithToken(new URL(`${api.origin}/me`), { method: 'PUT' })).toBeTruthy();
    expect(api.received.map(({ method, body }) => [method, body])).toEqual([
      ['POST', 'text'],
      ['PUT', ''],
    ]);
  });

  test('goes to the URL at the time of the call, even if the caller changes its URL object', async () => {
    const { fetchWithToken } = createClient();
    const url = new URL(`${api.origin}/first`);
    const init = { method: 'POST', body: 'first' };
    const first = fetchWithToken(url, init);
    url.pathname = '/second';
    init.body = 'second';
    const second = fetchWithToken(url, init);
    // Not even to another origin, which would then get the token.
    url.href = `${elsewhere.origin}/landed`;
    await Promise.all([first, second]);
    expect(api.received.map(({ url, body }) => [url, body]).sort()).toEqual([
      ['/first', 'first'],
      ['/second', 'second'],
    ]);
    expect(elsewhere.received).toEqual([]);
  });

  test('keeps the credentials that the caller chose', async () => {
    const headers = { authorization: 'Bearer own' };
    const { fetchWithToken } = createClient();
    expect((await fetchWithToken(`${api.origin}/me`, { headers })).status).toBe(401);
    expect(tokensOf(api)).toEqual(['Bearer own']);
    expect(issued).toBe(0);
  });

  test('rejects with the TokenError when there is no token', async () => {
    const client = createTokenClient({ allowedOrigins: [api.origin] });
    await expect(client.fetchWithToken(api.origin)).rejects.toThrow(TokenError);
  });

  test('can be aborted while it waits for a token', async () => {
    const client = createTokenClient({
      fetchToken: () => new Promise(() => {}),
      allowedOrigins: [api.origin],
      timeoutMs: 100,
    });
    const controller = new AbortController();
    const response = client.fetchWithToken(api.origin, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(response).rejects.toThrow('enough');
  });
});

describe('a request to another origin', () => {
  test('goes without the token', async () => {
    const { fetchWithToken } = createClient();
    await fetchWithToken(`${elsewhere.origin}/me`);
    await fetchWithToken(elsewhere.origin.replace('127.0.0.1', 'localhost')).catch(() => {});
    expect(tokensOf(elsewhere).filter((one) => one !== undefined)).toEqual([]);
    expect(issued).toBe(0);
  });

  test.each(['http://127.0.0.1.evil.example', 'https://127.0.0.1'])(
    'includes %s, although it looks similar',
    async (url) => {
      const fetch = vi.fn(async () => new Response());
      await createClient({ fetch }).fetchWithToken(url);
      expect(fetch).toHaveBeenCalledWith(url, undefined);
    },
  );

  test('rejects a URL with a user name, like fetch itself', async () => {
    const fetch = vi.fn(async () => new Response());
    const response = createClient({ fetch }).fetchWithToken('http://127.0.0.1@evil.example');
    await expect(response).rejects.toThrow(TypeError);
    expect(fetch).not.toHaveBeenCalled();
  });

  test('throws without allowedOrigins, because that must be a mistake', () => {
    const { fetchWithToken } = createTokenClient();
    expect(() => fetchWithToken(api.origin)).toThrow(TypeError);
  });
});

describe('a redirect', () => {
  test.each(['/away', '/near'])('to %s is not followed with the token', async (path) => {
    await expect(createClient().fetchWithToken(api.origin + path)).rejects.toThrow();
    expect(elsewhere.received).toEqual([]);
    expect(api.received).toHaveLength(1);
  });

  test('is not followed even if the caller requests it', async () => {
    const { fetchWithToken } = createClient();
    await expect(fetchWithToken(`${api.origin}/away`, { redirect: 'follow' })).rejects.toThrow();
    expect(elsewhere.received).toEqual([]);
  });

  test('is the response with redirect: manual', async () => {
    const { fetchWithToken } = createClient();
    const init = { redirect: 'manual' } as const;
    const response = await fetchWithToken(`${api.origin}/away`, init);
    expect(response.status).toBe(302);
    expect((await fetchWithToken(new Request(`${api.origin}/near`, init))).status).toBe(302);
    expect(elsewhere.received).toEqual([]);
  });
});

describe('after a 401', () => {
  beforeEach(() => {
    accepted = new Set(['token-2']);
  });

  test('the request is sent once more with a new token', async () => {
    expect((await createClient().fetchWithToken(api.origin)).status).toBe(200);
    expect(tokensOf(api)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  test('the request is sent once more even if fetch keeps a clone of the 401', async () => {
    const clones: Response[] = [];
    const { fetchWithToken } = createClient({
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        clones.push(response.clone());
        return response;
      },
    });
    expect((await fetchWithToken(api.origin)).status).toBe(200);
    for (const clone of clones) await clone.text();
  });

  test('simultaneous requests share the new token', async () => {
    const { fetchWithToken } = createClient();
    const responses = await Promise.all(
      Array.from({ length: 10 }, () => fetchWithToken(api.origin)),
    );
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(issued).toBe(2);
  });

  test('a token that another call obtained in the meantime is used', async () => {
    accepted = new Set(['set-2']);
    const client = createTokenClient({
      allowedOrigins: [api.origin],
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        client.setToken('set-2');
        return response;
      },
    });
    client.setToken('set-1');
    expect((await client.fetchWithToken(api.origin)).status).toBe(200);
    expect(tokensOf(api)).toEqual(['Bearer set-1', 'Bearer set-2']);
  });

  test.each<[string, (client: TokenClient) => void]>([
    ['logs in', (client) => client.authorize({ ...asAgent, credentials: { username: 'bob' } })],
    [
      'is there after a log-out',
      (client) => {
        client.clearToken({ all: true });
        client.setToken('token-2');
      },
    ],
  ])(
    'nothing is sent again in the name of another user who %s in the meantime',
    async (_, change) => {
      const entries = new Map<string, string>();
      const storage = {
        getItem: (key: string) => entries.get(key),
        setItem: (key: string, value: string) => void entries.set(key, value),
        removeItem: (key: string) => void entries.delete(key),
      };
      const answer = async (_input: unknown, init?: RequestInit) => {
        const token = String(init?.body).includes('bob') ? 'token-2' : 'token-1';
        return Response.json({ token, expiresInSeconds: 1200 });
      };
      const credentials = { username: 'bob', password: 'x' };
      const bob = createTokenClient({
        authorize: { ...asAgent, credentials },
        storage,
        fetch: answer,
      });
      await bob.getToken();
      const alice = createTokenClient({
        authorize: asAgent,
        storage,
        allowedOrigins: [api.origin],
        fetch: async (input, init) => {
          if (String(input).endsWith('/authorize')) return answer(input, init);
          const response = await fetch(input, init);
          change(alice);
          return response;
        },
      });
      const init = { method: 'POST', body: 'by alice' };
      expect((await alice.fetchWithToken(api.origin, init)).status).toBe(401);
      expect(tokensOf(api)).toEqual(['Bearer token-1']);
      expect(await alice.getToken()).toBe('token-2');
    },
  );

  test('a set token is no longer used, and there may be no other', async () => {
    const client = createTokenClient({ allowedOrigins: [api.origin] });
    client.setToken('set');
    expect((await client.fetchWithToken(api.origin)).status).toBe(401);
    await expect(client.getToken()).rejects.toThrow(TokenError);
  });

  test('a second 401 is the response, and no more tokens are requested for a minute', async () => {
    accepted = new Set();
    let nowMs = 0;
    const { fetchWithToken } = createClient({ now: () => nowMs });
    for (let i = 0; i < 5; i++) expect((await fetchWithToken(api.origin)).status).toBe(401);
    expect(issued).toBe(2);
    nowMs += 60_000;
    expect((await fetchWithToken(api.origin)).status).toBe(401);
    expect(issued).toBe(3);
  });

  test.each<[string, () => BodyInit]>([
    ['a string', () => 'a=1'],
    ['URLSearchParams', () => new URLSearchParams({ a: '1' })],
    ['a Blob', () => new Blob(['a=1'])],
    ['an ArrayBuffer', () => new TextEncoder().encode('a=1').slice().buffer],
    ['bytes', () => new TextEncoder().encode('a=1')],
  ])('%s is sent again', async (_title, createBody) => {
    const init = { method: 'POST', body: createBody() };
    expect((await createClient().fetchWithToken(api.origin, init)).status).toBe(200);
    expect(api.received.map(({ body }) => body)).toEqual(['a=1', 'a=1']);
  });

  test('a form is sent again', async () => {
    const body = new FormData();
    body.set('a', '1');
    const init = { method: 'POST', body };
    expect((await createClient().fetchWithToken(api.origin, init)).status).toBe(200);
    expect(api.received).toHaveLength(2);
  });

  test.each<[string, () => [string | Request, RequestInit?]]>([
    [
      'a stream',
      () => [
        api.origin,
        { method: 'POST', body: new Blob(['a']).stream(), duplex: 'half' } as RequestInit,
      ],
    ],
    ['the body of a Request', () => [new Request(api.origin, { method: 'POST', body: 'a' })]],
  ])('%s is not, but the next request has the new token', async (_title, createCall) => {
    const { fetchWithToken } = createClient();
    expect((await fetchWithToken(...createCall())).status).toBe(401);
    expect((await fetchWithToken(api.origin)).status).toBe(200);
    expect(tokensOf(api)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  test('the 401 is the response when there is no new token', async () => {
    const client = createTokenClient({
      fetchToken: async () => {
        if (issued++ > 0) throw new TokenError('network');
        return { token: 'old', expiresInSeconds: 1200 };
      },
      allowedOrigins: [api.origin],
    });
    const response = await client.fetchWithToken(api.origin);
    expect(response.status).toBe(401);
    expect(await response.text()).toBe('answer');
  });
});

test.each([403, 500])('a %s is the response', async (status) => {
  const fetch = vi.fn(async () => new Response(null, { status }));
  expect((await createClient({ fetch }).fetchWithToken(api.origin)).status).toBe(status);
  expect(fetch).toHaveBeenCalledTimes(1);
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  AppRequest,
  CallbackApp,
  FetchApp,
  InjectApp,
  NodeListener,
  OpenApp,
  TestApp,
} from './test-app.js';

/**
 * Whether requests to the application run in the asynchronous context of the caller. A URL is elsewhere, and a
 * server that is listening already has the context in which it began to listen.
 */
export function isInContext(app: TestApp): boolean {
  if (typeof app === 'string' || app instanceof URL) return false;
  return !(isServer(app) && app.listening);
}

/**
 * Starts what it takes to send requests to the application, in the asynchronous context of the caller.
 * @throws TypeError if it is not an application.
 */
export async function openApp(owner: string, app: TestApp): Promise<OpenApp> {
  if (typeof app === 'string' || app instanceof URL) return openUrl(owner, app);
  if (typeof app === 'function') {
    if (app.length !== 1) return openServer(createServer(app as NodeListener));
    throw new TypeError(
      `${owner}: pass a function of a web-standard request as { fetch: handler }`,
    );
  }
  if (typeof app === 'object' && app !== null) {
    if (isServer(app)) return openServer(app);
    if (has<InjectApp>(app, 'inject')) return openInjected(app);
    if (has<FetchApp>(app, 'fetch')) return openFetch(app);
    if (has<CallbackApp>(app, 'callback')) return openServer(createServer(app.callback()));
  }
  throw new TypeError(
    `${owner}: the app must be a URL, an app of Express, Koa, Hono or Fastify, a server of node:http, or { fetch }`,
  );
}

function has<App>(app: object, method: keyof App & string): app is App & object {
  return typeof (app as Record<string, unknown>)[method] === 'function';
}

function isServer(app: object): app is Server {
  return has<Server>(app, 'listen') && has<Server>(app, 'address') && 'listening' in app;
}

function openUrl(owner: string, url: string | URL): OpenApp {
  const { protocol, origin, pathname } = toUrl(owner, url);
  if (protocol !== 'http:' && protocol !== 'https:') throw notUrl(owner);
  const base = origin + pathname.replace(/\/$/, '');
  return {
    send: ({ method, path, headers, body }) =>
      fetch(base + path, {
        method,
        headers,
        redirect: 'manual',
        ...(body !== undefined && { body }),
      }),
    close: async () => {},
  };
}

function toUrl(owner: string, url: string | URL): URL {
  if (!URL.canParse(url)) throw notUrl(owner);
  return new URL(url);
}

/** It does not quote the URL, which may hold a password. */
function notUrl(owner: string): TypeError {
  return new TypeError(`${owner}: the URL of the app must begin with http:// or https://`);
}

function openFetch(app: FetchApp): OpenApp {
  return {
    send: async ({ method, path, headers, body }) => {
      const init = { method, headers, ...(body !== undefined && { body }) };
      return app.fetch(new Request(`http://127.0.0.1${path}`, init));
    },
    close: async () => {},
  };
}

function openInjected(app: InjectApp): OpenApp {
  return {
    send: async (request) => {
      const { statusCode, headers, payload } = await app.inject(toInjected(request));
      return toResponse(statusCode, headers as Readonly<Record<string, unknown>>, payload);
    },
    close: async () => {},
  };
}

function toInjected({ method, path, headers, body }: AppRequest) {
  return {
    method,
    url: path,
    headers: { ...headers },
    ...(body !== undefined && { payload: body }),
  };
}

const NO_BODY: readonly number[] = [101, 204, 205, 304];

function toResponse(
  status: number,
  headers: Readonly<Record<string, unknown>>,
  payload: string,
): Response {
  // First, because a text without a type would get one.
  const lines = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value].flat()) if (one !== undefined) lines.append(name, String(one));
  }
  const body = NO_BODY.includes(status) ? null : payload;
  return new Response(body, { status, headers: lines });
}

/** On a port of its own, on 127.0.0.1, unless it is listening already. */
async function openServer(server: Server): Promise<OpenApp> {
  const isOurs = !server.listening;
  if (isOurs) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  const { port } = server.address() as AddressInfo;
  const { send } = openUrl('', `http://127.0.0.1:${port}`);
  return {
    // The whole answer, so that the server can be closed before the caller reads it.
    send: async (request) => {
      const response = await send(request);
      const { status, headers } = response;
      return new Response(response.body && (await response.arrayBuffer()), { status, headers });
    },
    close: async () => {
      if (!isOurs) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Guard } from '@mandate/core';
import { guardFetch } from '@mandate/fetch';
import type { Mounting } from '../case.js';
import { ROUTES, type Route } from '../routes.js';
import { echo, type Reach } from './echo.js';

type Handler = (request: Request) => Response | Promise<Response>;

/** A handler of web-standard requests behind Node's HTTP server. */
export function createFetch(guard: Guard, mounting: Mounting, reach: Reach): Server {
  return createServer(getRequestListener(createFetchHandler(guard, mounting, reach)));
}

/** The API as one handler. Mounted, the application hands over what is below `/api`. */
export function createFetchHandler(guard: Guard, mounting: Mounting, reach: Reach): Handler {
  const base = mounting === 'mounted' ? '/api' : '';
  const guarded = guardFetch(guard, (request: Request, context) => {
    const { pathname } = new URL(request.url);
    const route = findRoute(request.method, pathname.slice(base.length));
    if (route === undefined) return new Response('Not Found', { status: 404 });
    reach(route.name);
    const answer = echo(route.name, context.principal, context);
    return Response.json(answer, { headers: { 'x-handler': route.name } });
  });
  if (mounting === 'root') return guarded;
  // The guard answers a request whose URL cannot be parsed.
  return (request) =>
    URL.canParse(request.url) && !new URL(request.url).pathname.startsWith(`${base}/`)
      ? new Response('Not Found', { status: 404 })
      : guarded(request);
}

const MATCHERS = ROUTES.map((route) => ({ route, pattern: toPattern(route.path) }));

function findRoute(method: string, path: string): Route | undefined {
  const own = method === 'HEAD' ? 'GET' : method;
  return MATCHERS.find(({ route, pattern }) => route.method === own && pattern.test(path))?.route;
}

function toPattern(path: Route['path']): RegExp {
  const spelled = path.replaceAll('.', '\\.').replace(/\/:\w+/g, '/[^/]+');
  return new RegExp(`^${spelled.replace(/\{[^}]+\}/g, '[^/]+').replace('*', '.+')}$`);
}

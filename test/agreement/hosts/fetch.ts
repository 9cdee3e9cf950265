import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { guardFetch } from '@mandate/fetch';
import type { Application, Before, Folder, Place } from '../application.js';
import { listPlaces } from '../application.js';
import { type PathParameter, parseParameter } from '../path-part.js';
import { type Built, toEndpoints, toSeen, type World } from './host.js';

type Serve = (request: Request) => Response | Promise<Response>;

/**
 * An application without a router, whose author looks at the URL in one of several ways. What is sorted as the map
 * sorts it is found first.
 */
export function buildFetch(app: Application, world: World): Built {
  const { strict } = app;
  const guarded = guardFetch(
    world.createGuard(toEndpoints(app)),
    (request: Request) => serve(request, app, { world, strict }),
    { routing: { caseSensitive: true, strict } },
  );
  const fetch = app.before.reduceRight<Serve>(
    (next, before) => (request) => {
      const changed = CHANGES[before](request);
      return changed instanceof Response ? changed : next(changed);
    },
    guarded,
  );
  const answer: Serve = async (request) => {
    try {
      return await fetch(request);
    } catch {
      return new Response('fault', { status: 500 });
    }
  };
  return { server: createServer(getRequestListener(answer)), check: () => {} };
}

/** What stands before the guard and hands on another request. */
const CHANGES: Readonly<Record<Before, (request: Request) => Request | Response>> = {
  'method-override': (request) => {
    const method = request.headers.get('x-http-method-override');
    return method === null ? request : new Request(request, { method });
  },
  'history-fallback': (request) =>
    request.method === 'GET' && request.headers.get('accept') === 'text/html'
      ? new Request(new URL('/index.html', request.url), request)
      : request,
  rewrite: (request) => {
    const url = request.url.replace(/^(\w+:\/\/[^/]*)\/old/, '$1');
    return url === request.url ? request : new Request(url, request);
  },
  decode: (request) => {
    const { origin, pathname, search } = new URL(request.url);
    const decoded = decode(pathname);
    if (decoded === undefined) return new Response('bad path', { status: 400 });
    return new Request(origin + decoded + search, request);
  },
};

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The ways in which authors take the path of a request. */
const READ_PATH: readonly ((request: Request) => string)[] = [
  ({ url }) => new URL(url).pathname,
  ({ url }) => new URL(url).pathname,
  ({ url }) => decode(new URL(url).pathname) ?? '',
  ({ url }) => /^\w+:\/\/[^/]*([^?#]*)/.exec(url)?.[1] ?? '',
];

interface Site {
  readonly world: World;
  readonly strict: boolean;
}

function serve(request: Request, app: Application, { world, strict }: Site): Response {
  const read = READ_PATH[app.variant % READ_PATH.length] as (request: Request) => string;
  const path = read(request);
  const own = !strict && path.length > 1 ? path.replace(/\/$/, '') : path;
  const segments = own === '/' ? [] : own.slice(1).split('/').slice(app.base.length);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const folder = app.items.find((item): item is Folder => item.kind === 'folder');
  if (folder !== undefined && isBelow(segments, folder)) {
    return method === 'GET'
      ? serveFile(world.root, segments.slice(folder.path.length))
      : notFound();
  }
  for (const place of listPlaces(app)) {
    const params = match(place, segments, { strict });
    if (params === undefined || (place.method !== 'ALL' && place.method !== method)) continue;
    world.reach({
      id: place.id,
      method: request.method,
      seen: toSeen(place.path, params),
      group: (place.group && params[place.group]) || undefined,
    });
    return new Response('handled');
  }
  return notFound();
}

/** No place answers what is below a folder, so the folder is looked at first. */
function isBelow(segments: readonly string[], { path }: Folder): boolean {
  if (segments.length <= path.length) return false;
  return path.every((segment, i) => segment === decode(segments[i] as string));
}

/** The decoded parameters; `undefined` if the path is of another place. */
function match(
  { path }: Place,
  segments: readonly string[],
  { strict }: Pick<Site, 'strict'>,
): Record<string, string> | undefined {
  const own = !strict && path.length > 1 && path.at(-1) === '' ? path.slice(0, -1) : path;
  const params: Record<string, string> = {};
  for (const [i, part] of own.entries()) {
    const segment = segments[i];
    if (segment === undefined) return undefined;
    if (part === '*') {
      const rest = segments.slice(i).join('/');
      params['rest'] = decode(rest) ?? rest;
      return params;
    }
    const parameter = parseParameter(part);
    if (parameter === undefined) {
      if (part !== segment) return undefined;
      continue;
    }
    const value = getValue(parameter, segment);
    if (value === undefined) return undefined;
    params[parameter.name] = decode(value) ?? value;
  }
  return own.length === segments.length ? params : undefined;
}

/** The text of a segment without what stands beside its parameter. */
function getValue({ prefix, suffix }: PathParameter, segment: string): string | undefined {
  const end = segment.length - suffix.length;
  if (end <= prefix.length || !segment.startsWith(prefix) || !segment.endsWith(suffix))
    return undefined;
  return segment.slice(prefix.length, end);
}

/** A static server as in the documentation of `Bun.file`: the path below the root, decoded. */
function serveFile(root: string, segments: readonly string[]): Response {
  try {
    return new Response(readFileSync(`${root}/${decode(segments.join('/'))}`));
  } catch {
    return notFound();
  }
}

function notFound(): Response {
  return new Response('not found', { status: 404 });
}

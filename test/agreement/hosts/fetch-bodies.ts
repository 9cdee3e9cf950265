import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { guardFetch } from '@mandate/fetch';
import {
  ACT_AS_HEADERS,
  type BodyApplication,
  readActAs,
  readGroup,
  readTyped,
  toBodyEndpoints,
  toOne,
  toReached,
} from '../body-application.js';
import type { Built, World } from './host.js';

export function buildFetchBodies(app: BodyApplication, world: World): Built {
  const isActing = app.source === 'act-as';
  const guard = (isActing ? world.createActingGuard : world.createGuard)(
    toBodyEndpoints({ ...app, style: 'by-map' }),
  );
  const guarded = guardFetch(guard, async (request: Request) => {
    world.reach(toReached(await read(app, request), app));
    return new Response('handled');
  });
  const answer = async (request: Request) => {
    try {
      // A log before the guard reads a copy, as it must.
      for (const choice of app.before) {
        await (READERS[choice % READERS.length] as Reader)(request.clone()).catch(() => undefined);
      }
      return await guarded(request);
    } catch {
      return new Response('fault', { status: 500 });
    }
  };
  return { server: createServer(getRequestListener(answer)), check: () => {} };
}

async function read(
  { source, reading, choice }: BodyApplication,
  request: Request,
): Promise<unknown> {
  const { pathname, searchParams } = new URL(request.url);
  if (source === 'path') return decodeURIComponent(pathname.slice('/t/'.length));
  if (source === 'query') {
    return reading % 2 === 0 ? searchParams.get('group') : toOne(searchParams.getAll('group'));
  }
  if (source === 'header') return request.headers.get('X-Group');
  if (source === 'act-as') {
    return readActAs(ACT_AS_HEADERS.map((name) => request.headers.get(name) ?? undefined));
  }
  try {
    const body = await (READERS[reading % READERS.length] as Reader)(request);
    return typeof body === 'string'
      ? readTyped(body, request.headers.get('content-type')?.toLowerCase(), choice)
      : readGroup(body);
  } catch {
    return undefined;
  }
}

type Reader = (request: Request) => Promise<unknown>;

const READERS: readonly Reader[] = [
  (request) => request.json(),
  (request) => request.formData(),
  (request) => request.text(),
  async (request) => Buffer.from(await request.arrayBuffer()).toString(),
  async (request) => (await request.blob()).text(),
  (request) => request.clone().json(),
  (request) => new Request(request, { headers: request.headers }).formData(),
  (request) => new Response(request.body).text(),
];

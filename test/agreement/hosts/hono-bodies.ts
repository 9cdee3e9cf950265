import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { type AuthEnv, requireAuth, requireGroup, requireScopes } from '@mandate/hono';
import { checkRoutes } from '@mandate/hono/check-routes';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import {
  ACT_AS_HEADERS,
  type BodyApplication,
  readActAs,
  readGroup,
  readTyped,
  toBodyEndpoints,
  toGroupRule,
  toReached,
} from '../body-application.js';
import type { Built, World } from './host.js';
import { checkVouched, vouch } from './vouch.js';

export function buildHonoBodies(app: BodyApplication, world: World): Built {
  const root = new Hono<AuthEnv>();
  for (const parser of app.before) root.use(readBefore(parser));
  const isActing = app.source === 'act-as';
  const guard = (isActing ? world.createActingGuard : world.createGuard)(toBodyEndpoints(app));
  root.use(requireAuth(guard, { endpoints: app.style }));
  const rule = isActing ? requireScopes() : requireGroup(toGroupRule(app));
  const rules = app.style === 'by-route' ? [rule] : [];
  root.post('/t/:g', ...(rules as [MiddlewareHandler]), async (c) => {
    world.reach(toReached(await read(app, c), app));
    return c.text('handled');
  });
  root.onError((_error, c) => c.text('fault', 500));
  return {
    server: createAdaptorServer({ fetch: root.fetch }) as Server,
    check: () => checkVouched((options) => checkRoutes(root, options)),
  };
}

async function read({ source, reading, choice }: BodyApplication, c: Context): Promise<unknown> {
  if (source === 'path') return c.req.param('g');
  if (source === 'query') return reading % 2 === 0 ? c.req.query('group') : c.req.queries('group');
  if (source === 'header') return c.req.header('X-Group');
  if (source === 'act-as') return readActAs(ACT_AS_HEADERS.map((name) => c.req.header(name)));
  try {
    const body = await (READERS[reading % READERS.length] as Reader)(c);
    return typeof body === 'string'
      ? readTyped(body, c.req.header('content-type')?.toLowerCase(), choice)
      : readGroup(body);
  } catch {
    return undefined;
  }
}

type Reader = (c: Context) => Promise<unknown>;

const READERS: readonly Reader[] = [
  (c) => c.req.json(),
  (c) => c.req.parseBody(),
  (c) => c.req.parseBody({ all: true }),
  (c) => c.req.parseBody({ dot: true }),
  (c) => c.req.formData(),
  (c) => c.req.text(),
  async (c) => Buffer.from(await c.req.arrayBuffer()).toString(),
  async (c) => (await c.req.blob()).text(),
  (c) => c.req.raw.clone().json(),
  (c) => c.req.raw.clone().formData(),
];

/** A middleware before the guard that reads the body by Hono, as a log does. */
function readBefore(choice: number): MiddlewareHandler {
  return vouch(async (c: Context, next: () => Promise<void>) => {
    await (READERS[choice % 8] as Reader)(c).catch(() => undefined);
    await next();
  });
}

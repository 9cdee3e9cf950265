import { createServer, type RequestListener } from 'node:http';
import { bodyParser } from '@koa/bodyparser';
import multer from '@koa/multer';
import Router from '@koa/router';
import { type AuthState, requireAuth, requireGroup, requireScopes } from '@mandate/koa';
import { checkRoutes } from '@mandate/koa/check-routes';
import Koa, { type Context, type Middleware } from 'koa';
import { koaBody } from 'koa-body';
import olderBodyParser from 'koa-bodyparser';
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

export function buildKoaBodies(app: BodyApplication, world: World): Built {
  const root = new Koa<AuthState>();
  root.silent = true;
  for (const parser of app.before) root.use(pickParser(parser));
  const isActing = app.source === 'act-as';
  const guard = (isActing ? world.createActingGuard : world.createGuard)(toBodyEndpoints(app));
  root.use(requireAuth(guard, { endpoints: app.style }));
  const rule = isActing ? requireScopes() : requireGroup(toGroupRule(app));
  const rules = app.style === 'by-route' ? [rule] : [];
  const router = new Router<AuthState>();
  const chain = [...rules, ...app.after.map(pickParser)];
  router.post('/t/:g', ...(chain as []), (ctx) => {
    world.reach(toReached(read(app, ctx as unknown as Context), app));
    ctx.body = 'handled';
  });
  root.use(router.routes());
  return {
    server: createServer(root.callback() as RequestListener),
    check: () => checkVouched((options) => checkRoutes(root, options)),
  };
}

function read({ source, reading, choice }: BodyApplication, ctx: Context): unknown {
  if (source === 'path') return (ctx as { readonly params?: { g?: string } }).params?.g;
  if (source === 'query') {
    const all = [ctx.query['group'], ctx.URL.searchParams?.getAll('group')];
    return all[reading % 3 === 0 ? 1 : 0];
  }
  if (source === 'header') return ctx.get('X-Group');
  if (source === 'act-as') return readActAs(ACT_AS_HEADERS.map((name) => ctx.get(name)));
  const { body, rawBody } = ctx.request as { readonly body?: unknown; readonly rawBody?: string };
  if (reading % 7 !== 0 || rawBody === undefined) return readGroup(body);
  try {
    // As the handler of a web hook does it, which checks a signature first.
    return readTyped(rawBody, ctx.get('content-type').toLowerCase(), choice);
  } catch {
    return undefined;
  }
}

/** These parsers wait for ever if the stream was already consumed. */
function pickParser(choice: number): Middleware<AuthState> {
  const parser = PARSERS[choice % PARSERS.length] as Middleware<AuthState>;
  return vouch((ctx, next) => (ctx.req.readableEnded ? next() : parser(ctx, next)));
}

const PARSERS = [
  bodyParser(),
  bodyParser(),
  bodyParser({ enableTypes: ['json', 'form', 'text'] }),
  bodyParser({ enableTypes: ['form'], patchNode: true }),
  bodyParser({ enableTypes: ['json'], jsonStrict: false, encoding: 'utf-8' }),
  bodyParser({ detectJSON: (ctx) => ctx.method === 'POST' }),
  olderBodyParser(),
  olderBodyParser({ enableTypes: ['json', 'form', 'text'] }),
  koaBody(),
  koaBody({ multipart: true }),
  koaBody({ multipart: true, patchNode: true, includeUnparsed: false }),
  koaBody({ json: false }),
  multer().none(),
  multer().any(),
] as unknown as readonly Middleware<AuthState>[];

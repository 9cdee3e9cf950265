import { createServer } from 'node:http';
import type { Routing } from '@mandate/core';
import { requireAuth, requireGroup, requireScopes } from '@mandate/express';
import { checkRoutes } from '@mandate/express/check-routes';
import history from 'connect-history-api-fallback';
import express, { type Express, type RequestHandler, type Router } from 'express';
import methodOverride from 'method-override';
import serveIndex from 'serve-index';
import serveStatic from 'serve-static';
import sirv from 'sirv';
import type { Application, Before, Folder, Nest, Place } from '../application.js';
import { type Built, toEndpoints, toPattern, toRegExp, toSeen, type World } from './host.js';
import { checkVouched, vouch } from './vouch.js';

/** What routes can be registered with. */
type Registry = Express | Router;

export function buildExpress(app: Application, world: World): Built {
  const root = createApp(app);
  for (const before of app.before) root.use(vouch(CHANGES[before]));
  const { caseSensitive, strict, style } = app;
  root.use(
    requireAuth(world.createGuard(toEndpoints(app)), {
      endpoints: style,
      ...(app.saysRouting && { routing: { caseSensitive, strict } }),
      ...(app.allowEncodedSlash && { allowEncodedSlash: true }),
    }),
  );
  if (app.behind !== undefined) root.use(vouch(CHANGES[app.behind]));
  for (const item of app.items) {
    if (item.kind === 'place') addPlace(root, item, { app, world, prefix: 0 });
    else if (item.kind === 'rule') root.use(toPattern(item.path), requireScopes(item.scope));
    else if (item.kind === 'group-rule') {
      root.use(toPattern(item.path), requireGroup({ path: item.group }));
    } else if (item.kind === 'nest') addNest(root, item, { app, world });
    else addFolder(root, item, { app, world });
  }
  const outer = wrap(app, root);
  return {
    server: createServer(outer),
    check: () =>
      checkVouched((options) => checkRoutes(outer, options), {
        app,
        ignoresMethod: readsBy(app, IGNORE_METHOD),
        addsExtension: readsBy(app, ADD_EXTENSION),
      }),
  };
}

function createApp({ caseSensitive, strict }: Routing): Express {
  const app = express();
  if (caseSensitive) app.enable('case sensitive routing');
  if (strict) app.enable('strict routing');
  return app;
}

/** Mounts an application with a base, which then has its guard inside. */
function wrap(app: Application, root: Express): Express {
  if (app.base.length === 0) return root;
  const outer = createApp(app);
  return outer.use(toPattern(app.base), root);
}

interface Site {
  readonly app: Application;
  readonly world: World;
}

function addPlace(
  registry: Registry,
  place: Place,
  { app, world, prefix }: Site & { readonly prefix: number },
): void {
  const rules = app.style === 'by-map' ? [] : toRules(place);
  const handler: RequestHandler = (req, res) => {
    const params = req.params as Record<string, unknown>;
    const group = place.group === undefined ? undefined : params[place.group];
    world.reach({
      id: place.id,
      method: req.method,
      seen: place.isRegExp ? undefined : toSeen(place.path, params),
      group: typeof group === 'string' && group !== '' ? group : undefined,
    });
    res.end('handled');
  };
  const path = place.path.slice(prefix);
  const pattern = place.isRegExp ? toRegExp(path) : toPattern(path);
  const verb = place.method.toLowerCase() as 'get';
  (registry as Router)[verb](pattern, ...(rules as RequestHandler[]), handler);
}

function toRules({ scope, group, hasRuleAtMount }: Place) {
  const isBound = group !== undefined && !hasRuleAtMount;
  return [requireScopes(scope), ...(!isBound ? [] : [requireGroup({ path: group })])];
}

function addNest(root: Express, nest: Nest, { app, world }: Site): void {
  const { caseSensitive, strict, how } = nest;
  const mergeParams = how % 2 === 0;
  const isApp = how % 5 === 0;
  const inner = isApp ? createApp(nest) : express.Router({ caseSensitive, strict, mergeParams });
  for (const place of nest.items) {
    addPlace(inner, place, { app, world, prefix: nest.path.length });
  }
  if (how % 7 === 0) {
    const outer = express.Router({ caseSensitive, strict, mergeParams });
    outer.use(toPattern(nest.path), inner);
    root.use(outer);
  } else root.use(toPattern(nest.path), inner);
}

function addFolder(root: Express, folder: Folder, { app, world }: Site): void {
  const rules = app.style === 'by-map' ? [] : [requireScopes(folder.scope)];
  const reader = READERS[folder.reader % READERS.length] as (root: string) => RequestHandler;
  if (reader === sendFiles) {
    root.get(toPattern([...folder.path, '*']), ...(rules as RequestHandler[]), reader(world.root));
    return;
  }
  root.use(toPattern(folder.path), ...(rules as RequestHandler[]), vouch(reader(world.root)));
}

const READERS: readonly ((root: string) => RequestHandler)[] = [
  (root) => express.static(root),
  (root) => express.static(root, { dotfiles: 'allow', extensions: ['txt', 'html'] }),
  (root) => serveStatic(root, { redirect: false, fallthrough: false }) as unknown as RequestHandler,
  (root) => sirv(root, { dotfiles: true, extensions: ['txt', 'html'] }) as RequestHandler,
  (root) => sirv(root, { dev: true, dotfiles: true }) as RequestHandler,
  (root) => {
    const both = express.Router();
    return both.use(express.static(root)).use(serveIndex(root) as RequestHandler);
  },
  sendFiles,
];

/** The handler of a route that serves files. */
function sendFiles(root: string): RequestHandler {
  return (req, res, next) => {
    const path = (req.params['rest'] as unknown as readonly string[]).join('/');
    res.sendFile(path, { root, dotfiles: 'allow', extensions: ['txt', 'html'] }, (error) => {
      if (error !== undefined && !res.headersSent) next();
    });
  };
}

/** Those of {@link READERS} that do not look at the method. */
const IGNORE_METHOD = [3, 4];
/** Those that serve a file at its path without the extension; sirv adds `.html` without being asked. */
const ADD_EXTENSION = [1, 3, 4, 6];

function readsBy({ items }: Application, readers: readonly number[]): boolean {
  return items.some(
    (item) => item.kind === 'folder' && readers.includes(item.reader % READERS.length),
  );
}

/** What stands before the guard. */
export const CHANGES: Readonly<Record<Before, RequestHandler>> = {
  'method-override': methodOverride('X-HTTP-Method-Override') as RequestHandler,
  'history-fallback': history({ index: '/admin' }) as RequestHandler,
  rewrite: (req, _res, next) => {
    req.url = req.url.replace(/^\/old/, '') || '/';
    next();
  },
  decode: (req, _res, next) => {
    req.url = decode(req.url);
    next();
  },
};

function decode(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
}

import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { type AuthEnv, requireAuth, requireGroup, requireScopes } from '@mandate/hono';
import { checkRoutes } from '@mandate/hono/check-routes';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { methodOverride } from 'hono/method-override';
import { Hono as QuickHono } from 'hono/quick';
import { LinearRouter } from 'hono/router/linear-router';
import { PatternRouter } from 'hono/router/pattern-router';
import { RegExpRouter } from 'hono/router/reg-exp-router';
import { SmartRouter } from 'hono/router/smart-router';
import { TrieRouter } from 'hono/router/trie-router';
import { Hono as TinyHono } from 'hono/tiny';
import type { Application, Folder, Nest, Place } from '../application.js';
import { ignoresLastSlash } from '../generate-application.js';
import { isParameter, parseParameter } from '../path-part.js';
import { type Built, escapeRegExp, toEndpoints, toSeen, type World } from './host.js';
import { checkVouched, vouch } from './vouch.js';

type Api = Hono<AuthEnv>;

export function buildHono(app: Application, world: World): Built {
  const root = createApp(app);
  const api = app.base.length === 0 ? root : (root.basePath(toPattern(app.base)) as Api);
  if (app.before.includes('method-override')) {
    root.use(vouch(methodOverride({ app: root as never, header: 'x-http-method-override' })));
  }
  const { style } = app;
  // Their routers ignore a trailing slash whatever the application's option says.
  const strict = app.strict && !ignoresLastSlash(app.variant);
  const tells = app.saysRouting || !strict;
  api.use(
    requireAuth(world.createGuard(toEndpoints(app)), {
      endpoints: style,
      ...(tells && { routing: { caseSensitive: true, strict } }),
      ...(app.allowEncodedSlash && { allowEncodedSlash: true }),
    }),
  );
  const site = { app, world };
  for (const item of app.items) {
    if (item.kind === 'place') addPlace(api, item, { ...site, prefix: 0 });
    else if (item.kind === 'nest') addNest(api, item, site);
    else if (item.kind === 'folder') addFolder(api, item, site);
    else if (item.kind === 'rule') {
      const isFile = /\.(?:txt|html)$/.test(item.path.at(-1) as string);
      api.use(toPattern([...item.path, ...(isFile ? [] : ['*'])]), requireScopes(item.scope));
    } else api.use(toPattern([...item.path, '*']), requireGroup({ path: item.group }));
  }
  root.onError((_error, c) => c.text('fault', 500));
  const rewrites = app.before.includes('rewrite');
  const fetch = rewrites ? rewrite(root) : root.fetch;
  return {
    server: createAdaptorServer({ fetch }) as Server,
    check: () =>
      checkVouched((options) => checkRoutes(root, options), {
        app,
        ignoresMethod: ignoresMethod(app),
        addsExtension: addsExtension(app),
      }),
  };
}

/** Hands on a request whose path has lost `/old`. */
function rewrite(root: Api): Api['fetch'] {
  return (request, env) => {
    const url = request.url.replace(/^(\w+:\/\/[^/]*)\/old/, '$1');
    return root.fetch(url === request.url ? request : new Request(url, request), env);
  };
}

const CREATE: readonly ((strict: boolean) => Api)[] = [
  (strict) => new Hono<AuthEnv>({ strict }),
  (strict) => new Hono<AuthEnv>({ strict, router: new RegExpRouter() }),
  (strict) => new Hono<AuthEnv>({ strict, router: new TrieRouter() }),
  (strict) => new Hono<AuthEnv>({ strict, router: new LinearRouter() }),
  (strict) => new Hono<AuthEnv>({ strict, router: new PatternRouter() }),
  (strict) =>
    new Hono<AuthEnv>({
      strict,
      router: new SmartRouter({ routers: [new LinearRouter(), new TrieRouter()] }),
    }),
  (strict) => new QuickHono<AuthEnv>({ strict }) as unknown as Api,
  (strict) => new TinyHono<AuthEnv>({ strict }) as unknown as Api,
];

function createApp({ variant, strict }: Application): Api {
  return (CREATE[variant % CREATE.length] as (strict: boolean) => Api)(strict);
}

interface Site {
  readonly app: Application;
  readonly world: World;
}

function addPlace(
  api: Api,
  place: Place,
  { app, world, prefix }: Site & { readonly prefix: number },
): void {
  const rules = app.style === 'by-map' ? [] : toRules(place);
  const handler = (c: Context) => {
    const params: Params = { ...readParams(c, place), rest: readRest(c, app, place) };
    const group = place.group === undefined ? undefined : params[place.group];
    world.reach({
      id: place.id,
      method: c.req.method,
      seen: toSeen(place.path, params),
      group: group || undefined,
    });
    return c.text('handled');
  };
  const path = toPattern(place.path.slice(prefix), place.pattern);
  if (place.method === 'ALL') api.all(path, ...(rules as [MiddlewareHandler]), handler);
  else api.on(place.method, [path], ...(rules as [MiddlewareHandler]), handler);
}

function toRules({ scope, group, hasRuleAtMount }: Place) {
  const isBound = group !== undefined && !hasRuleAtMount;
  return [requireScopes(scope), ...(!isBound ? [] : [requireGroup({ path: group })])];
}

type Params = Record<string, string | undefined>;

/** The parameters without the text beside them, which Hono includes. */
function readParams(c: Context, { path }: Place): Params {
  const params: Params = { ...c.req.param() };
  for (const { name, prefix, suffix } of path.flatMap((one) => parseParameter(one) ?? [])) {
    const value = params[name];
    if (value !== undefined)
      params[name] = value.slice(prefix.length, value.length - suffix.length);
  }
  return params;
}

/** What the handler of a wildcard makes of the path; `undefined` at the path above it. */
function readRest(c: Context, app: Application, place: Place): string | undefined {
  const segments = c.req.path.split('/').slice(app.base.length + place.path.length);
  if (segments.length === 0) return undefined;
  try {
    return decodeURIComponent(segments.join('/'));
  } catch {
    return segments.join('/');
  }
}

function addNest(api: Api, nest: Nest, { app, world }: Site): void {
  const prefix = toPattern(nest.path);
  const isBased = nest.how % 3 === 0;
  const inner = isBased ? (api.basePath(prefix) as Api) : createApp({ ...app, variant: nest.how });
  for (const place of nest.items) addPlace(inner, place, { app, world, prefix: nest.path.length });
  if (isBased) return;
  if (app.style === 'by-map' && nest.how % 11 === 1) api.mount(prefix, inner.fetch as never);
  else api.route(prefix, inner);
}

function addFolder(api: Api, folder: Folder, { app, world }: Site): void {
  const rules = app.style === 'by-map' ? [] : [requireScopes(folder.scope)];
  const prefix = toPattern([...app.base, ...folder.path]);
  const reader = serveStatic({
    root: world.root,
    rewriteRequestPath: (path) => addExtension(path.slice(prefix.length), folder),
  });
  const pattern = toPattern([...folder.path, '*']);
  if (folder.reader % 2 === 0) api.use(pattern, ...rules, vouch(reader) as MiddlewareHandler);
  else api.get(pattern, ...(rules as [MiddlewareHandler]), vouch(reader) as MiddlewareHandler);
}

/** Whether the static server is registered for all methods; it does not look at the method. */
function ignoresMethod({ items }: Application): boolean {
  return items.some((item) => item.kind === 'folder' && item.reader % 2 === 0);
}

function addsExtension({ items }: Application): boolean {
  return items.some((item) => item.kind === 'folder' && item.reader % 4 === 3);
}

function addExtension(path: string, { reader }: Folder): string {
  return reader % 4 === 3 && /\/[^./]+$/.test(path) ? `${path}.txt` : path;
}

/** A path as Hono spells it. */
function toPattern(path: readonly string[], pattern?: string): string {
  const last = path.findLastIndex((segment) => segment.startsWith(':'));
  const isPlain = !path.some((segment) => segment === '*' || isParameter(segment));
  const segments = path.map((segment, i) => {
    if (i === last && pattern !== undefined) return `${segment}{${pattern}}`;
    return isPlain || segment === '' ? segment : toPart(segment, i);
  });
  return `/${segments.join('/')}`;
}

/** A segment with text beside a parameter, or with a colon beside other parameters, is one with a pattern. */
function toPart(segment: string, i: number): string {
  const parameter = parseParameter(segment);
  if (parameter === undefined) {
    return segment.includes(':') ? `:literal${i}{${escapeRegExp(segment)}}` : segment;
  }
  const { name, prefix, suffix } = parameter;
  const text = `${escapeRegExp(prefix)}[^/]+${escapeRegExp(suffix)}`;
  return prefix + suffix === '' ? `:${name}` : `:${name}{${text}}`;
}

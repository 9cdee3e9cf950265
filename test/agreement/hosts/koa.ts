import { createServer, type RequestListener } from 'node:http';
import Router from '@koa/router';
import { type AuthState, markMount, requireAuth, requireGroup, requireScopes } from '@mandate/koa';
import { checkRoutes } from '@mandate/koa/check-routes';
import Koa, { type Middleware } from 'koa';
import mount from 'koa-mount';
import send from 'koa-send';
import serve from 'koa-static';
import type { Application, Before, Folder, Nest, Place } from '../application.js';
import { usesMounts } from '../generate-application.js';
import { type Built, toEndpoints, toPattern, toRegExp, toSeen, type World } from './host.js';
import { checkVouched, vouch } from './vouch.js';

type ApiRouter = Router<AuthState>;
type Api = Koa<AuthState>;

export function buildKoa(app: Application, world: World): Built {
  const root: Api = new Koa<AuthState>();
  for (const before of app.before) root.use(vouch(CHANGES[before]));
  const { caseSensitive, strict, style } = app;
  const tells = app.saysRouting || caseSensitive || strict;
  const routing = { caseSensitive, strict };
  root.use(
    requireAuth(world.createGuard(toEndpoints(app)), {
      endpoints: style,
      ...(tells && { routing }),
      ...(app.allowEncodedSlash && { allowEncodedSlash: true }),
    }),
  );
  if (app.behind !== undefined) root.use(vouch(CHANGES[app.behind]));
  new Registration(app, world, root).register();
  const outer = wrap(app, root);
  outer.silent = true;
  root.silent = true;
  return {
    server: createServer(outer.callback() as RequestListener),
    check: () =>
      checkVouched((options) => checkRoutes(outer, options), {
        app,
        addsExtension: app.items.some((item) => item.kind === 'folder' && item.reader % 2 === 0),
      }),
  };
}

/** Mounts an application with a base, which then has its guard inside. */
function wrap(app: Application, root: Api): Api {
  if (app.base.length === 0) return root;
  return new Koa<AuthState>().use(mountApp(app.base, root));
}

function mountApp(path: readonly string[], inner: Api): Middleware<AuthState> {
  const prefix = `/${path.join('/')}`;
  return markMount(mount(prefix, inner as Koa), { path: prefix, app: inner as Koa });
}

/** Registers the items in their order, in one router as long as that is possible. */
class Registration {
  readonly #app: Application;
  readonly #world: World;
  readonly #root: Api;
  #router: ApiRouter;

  constructor(app: Application, world: World, root: Api) {
    this.#app = app;
    this.#world = world;
    this.#root = root;
    this.#router = this.#createRouter(app);
  }

  register(): void {
    const isMounted = usesMounts(this.#app.variant);
    for (const item of this.#app.items) {
      if (item.kind === 'place') this.#addPlace(this.#router, item, 0);
      else if (item.kind === 'nest') this.#addNest(item);
      else if (item.kind === 'folder') this.#addFolder(item);
      else if (item.kind === 'rule' && isMounted) {
        this.#mount(item.path, requireScopes(item.scope));
      } else if (item.kind === 'rule') {
        this.#router.use(toPattern(item.path), requireScopes(item.scope));
      } else if (!isMounted) {
        this.#router.use(toPattern(item.path), requireGroup({ path: item.group }));
      }
    }
    this.#root.use(this.#router.routes());
  }

  #createRouter(
    { caseSensitive, strict }: Pick<Application, 'caseSensitive' | 'strict'>,
    prefix?: string,
  ): ApiRouter {
    return new Router<AuthState>({
      sensitive: caseSensitive,
      strict,
      exclusive: this.#app.variant % 39 === 0 ? 'specificity' : this.#app.variant % 13 === 0,
      ...(prefix !== undefined && { prefix }),
    });
  }

  #addPlace(router: ApiRouter, place: Place, prefix: number): void {
    const { style } = this.#app;
    const { hasRuleAtMount, ...alone } = place;
    const isBoundAtMount = hasRuleAtMount && !usesMounts(this.#app.variant);
    const rules = style === 'by-map' ? [] : toRules(isBoundAtMount ? place : alone);
    const verb = place.method.toLowerCase() as 'get';
    const path = place.path.slice(prefix);
    const pattern = place.isRegExp ? toRegExp(path) : toPattern(path);
    router[verb](pattern as string, ...(rules as []), (ctx) => {
      const group = place.group === undefined ? undefined : ctx.params[place.group];
      this.#world.reach({
        id: place.id,
        method: ctx.method,
        seen: place.isRegExp ? undefined : toSeen(place.path, ctx.params),
        group: group || undefined,
      });
      ctx.body = 'handled';
    });
  }

  #addNest(nest: Nest): void {
    const pattern = toPattern(nest.path);
    const { how } = nest;
    const isPlain = nest.path.every((segment) => /^[\w.~-]+$/.test(segment));
    const isMount = usesMounts(this.#app.variant);
    if (isMount && isPlain && how % 3 === 0) {
      const inner: Api = new Koa<AuthState>();
      inner.use(this.#fill(nest, this.#createRouter(nest)).routes());
      this.#flush();
      this.#root.use(mountApp(nest.path, inner));
    } else if (isMount && how % 3 === 1) {
      this.#flush();
      this.#root.use(this.#fill(nest, this.#createRouter(nest, pattern)).routes());
    } else this.#router.use(pattern, this.#fill(nest, this.#createRouter(nest)).routes());
  }

  #fill(nest: Nest, router: ApiRouter): ApiRouter {
    for (const place of nest.items) this.#addPlace(router, place, nest.path.length);
    return router;
  }

  #addFolder(folder: Folder): void {
    const { style, variant } = this.#app;
    const { root } = this.#world;
    const rules = style === 'by-map' ? [] : [requireScopes(folder.scope)];
    const options = {
      hidden: true,
      ...(folder.reader % 2 === 0 && { extensions: ['txt', 'html'] }),
    };
    if (usesMounts(variant)) {
      const inner: Api = new Koa<AuthState>();
      for (const rule of rules) inner.use(rule);
      const server = serve(root, { ...options, defer: folder.reader % 5 === 0 });
      inner.use(vouch(server as Middleware<AuthState>));
      this.#flush();
      this.#root.use(mountApp(folder.path, inner));
      return;
    }
    this.#router.get(toPattern([...folder.path, '*']), ...(rules as []), async (ctx) => {
      await send(ctx, ctx.params['rest'] ?? '', { root, ...options });
    });
  }

  #mount(path: readonly string[], rule: Middleware<AuthState>): void {
    const inner: Api = new Koa<AuthState>();
    inner.use(rule);
    this.#flush();
    this.#root.use(mountApp(path, inner));
  }

  /** What is registered next comes after the routes so far. */
  #flush(): void {
    this.#root.use(this.#router.routes());
    this.#router = this.#createRouter(this.#app);
  }
}

function toRules({ scope, group, hasRuleAtMount }: Place) {
  const isBound = group !== undefined && !hasRuleAtMount;
  return [requireScopes(scope), ...(!isBound ? [] : [requireGroup({ path: group })])];
}

const CHANGES: Readonly<Record<Before, Middleware<AuthState>>> = {
  'method-override': (ctx, next) => {
    const method = ctx.get('x-http-method-override');
    if (ctx.method === 'POST' && method !== '') ctx.method = method.toUpperCase();
    return next();
  },
  'history-fallback': (ctx, next) => {
    if (ctx.method === 'GET' && ctx.get('accept') === 'text/html') ctx.url = '/admin';
    return next();
  },
  rewrite: (ctx, next) => {
    ctx.path = ctx.path.replace(/^\/old/, '') || '/';
    return next();
  },
  decode: (ctx, next) => {
    try {
      ctx.path = decodeURI(ctx.path);
    } catch {
      // The path stays as it is.
    }
    return next();
  },
};

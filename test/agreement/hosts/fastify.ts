import { createServer, type Server } from 'node:http';
import serveStatic from '@fastify/static';
import { requireAuth, requireGroup, requireScopes } from '@mandate/fastify';
import { checkRoutes, trackRoutes } from '@mandate/fastify/check-routes';
import Fastify, {
  type FastifyInstance,
  type FastifyRequest,
  type RouteOptions,
  type RouteShorthandOptions,
} from 'fastify';
import type { Application, Before, Folder, Nest, Place } from '../application.js';
import { parseParameter } from '../path-part.js';
import { type Built, toEndpoints, toSeen, type World } from './host.js';
import { checkVouched } from './vouch.js';

export function buildFastify(app: Application, world: World): Built {
  const root = createApp(app);
  trackRoutes(root);
  root.register(
    async (api) => {
      await api.register(
        requireAuth(world.createGuard(toEndpoints(app)), {
          endpoints: app.style,
          ...(app.saysRouting && { routing: getRouting(app) }),
          ...(app.allowEncodedSlash && { allowEncodedSlash: true }),
        }),
      );
      const site = { app, world };
      for (const item of app.items) {
        if (item.kind === 'place') addPlace(api, item, { ...site, prefix: 0 });
        else if (item.kind === 'nest') addNest(api, item, site);
        else if (item.kind === 'folder') addFolder(api, item, site);
        else throw new TypeError('a context has rules for all of its routes');
      }
    },
    app.base.length === 0 ? {} : { prefix: toFastifyPattern(app.base) },
  );
  return {
    server: root.server,
    check: async () => {
      await root.ready().then(undefined, (error: Error) => {
        // Such as two routes with one path.
        throw new TypeError(error.message);
      });
      checkVouched((options) => checkRoutes(root, options), { app, addsExtension: false });
    },
  };
}

function getRouting({ caseSensitive, strict }: Application) {
  return { caseSensitive, strict };
}

function createApp(app: Application): FastifyInstance {
  const { caseSensitive, strict, variant } = app;
  const routerOptions = {
    caseSensitive,
    ignoreTrailingSlash: !strict,
    ignoreDuplicateSlashes: variant % 3 === 0,
    useSemicolonDelimiter: variant % 5 === 0,
    maxParamLength: variant % 7 === 0 ? 3 : 100,
  };
  const root: FastifyInstance = Fastify({
    routerOptions,
    exposeHeadRoutes: variant % 4 !== 0,
    rewriteUrl: (req) =>
      app.before.reduce((url, before) => REWRITES[before](url, req), req.url ?? ''),
    serverFactory: (handle): Server =>
      createServer((req, res) => {
        root.ready().then(
          () => handle(req, res),
          () => res.writeHead(500).end(),
        );
      }),
  });
  return root;
}

interface Site {
  readonly app: Application;
  readonly world: World;
}

function addPlace(
  api: FastifyInstance,
  place: Place,
  { app, world, prefix }: Site & { readonly prefix: number },
): void {
  const method = place.method === 'ALL' ? ['GET', 'POST', 'QUERY'] : place.method;
  api.route({
    method,
    url: toFastifyPattern(place.path.slice(prefix), place.pattern),
    ...toRules(app, place),
    handler(request, reply) {
      const params = { ...(request.params as Readonly<Record<string, string>>) };
      const group = place.group === undefined ? undefined : params[place.group];
      world.reach({
        id: place.id,
        method: request.method,
        seen: toSeen(place.path, { ...params, rest: params['*'] }),
        group: group || undefined,
      });
      reply.send('handled');
    },
  } as RouteOptions);
}

function toRules(
  { style, variant }: Application,
  { scope, group, allowEncodedSlash }: Place,
): RouteShorthandOptions {
  if (style === 'by-map') return {};
  const path = group === undefined ? {} : { group: { path: group } };
  const encoded = allowEncodedSlash === undefined ? {} : { allowEncodedSlash };
  if (variant % 2 === 0) return { config: { auth: { scopes: [scope], ...path, ...encoded } } };
  const rules = [
    requireScopes(scope),
    ...(group === undefined ? [] : [requireGroup({ path: group })]),
  ];
  return variant % 9 === 0 ? { onRequest: rules } : { preHandler: rules };
}

function addNest(api: FastifyInstance, nest: Nest, site: Site): void {
  const prefix = toFastifyPattern(nest.path);
  const fill = async (inner: FastifyInstance) => {
    for (const place of nest.items) addPlace(inner, place, { ...site, prefix: nest.path.length });
  };
  api.register(nest.how % 2 === 0 ? fill : async (outer) => void outer.register(fill), { prefix });
}

function addFolder(api: FastifyInstance, folder: Folder, { app, world }: Site): void {
  const { reader } = folder;
  api.register(async (files) => {
    if (app.style === 'by-route') files.addHook('onRequest', requireScopes(folder.scope));
    await files.register(serveStatic, {
      root: world.root,
      prefix: `${toFastifyPattern(folder.path)}/`,
      dotfiles: 'allow',
      decorateReply: false,
      wildcard: reader % 3 !== 0,
      redirect: reader % 2 === 0,
      extensions: reader % 4 === 0 ? ['txt', 'html'] : [],
    });
  });
}

/** A path as the router of Fastify spells it. */
export function toFastifyPattern(path: readonly string[], pattern?: string): string {
  const last = path.findLastIndex((segment) => segment.startsWith(':'));
  const segments = path.map((segment, i) => {
    if (i === last && pattern !== undefined) return `${segment}(^${pattern}$)`;
    const parameter = parseParameter(segment);
    if (parameter === undefined) return segment === '*' ? '*' : segment.replaceAll(':', '::');
    const { prefix, name, suffix } = parameter;
    const written = `${prefix.replaceAll(':', '::')}:${name}`;
    return suffix === '' ? written : `${written}(^.+)${suffix.replaceAll(':', '::')}`;
  });
  return `/${segments.join('/')}`;
}

/** What changes a request before its route is found. */
export const REWRITES: Readonly<
  Record<Before, (url: string, req: Pick<FastifyRequest['raw'], 'method' | 'headers'>) => string>
> = {
  'method-override': (url, req) => {
    const method = req.headers['x-http-method-override'];
    if (req.method === 'POST' && typeof method === 'string') req.method = method.toUpperCase();
    return url;
  },
  'history-fallback': (url, { method, headers }) =>
    method === 'GET' && headers.accept === 'text/html' ? '/admin' : url,
  rewrite: (url) => url.replace(/^\/old/, '') || '/',
  decode: (url) => {
    try {
      return decodeURI(url);
    } catch {
      return url;
    }
  },
};

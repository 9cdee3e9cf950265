import { createServer, type RequestListener } from 'node:http';
import express from 'express';
import type { FastifyServerOptions } from 'fastify';
import {
  type Adapter,
  type App,
  NEST_11,
  NEST_12,
  type Nest as NestVersion,
  type Platform,
  startNest,
  type Type,
} from '../../support/nest-versions.js';
import type { Application, Place } from '../application.js';
import { CHANGES } from './express.js';
import { REWRITES, toFastifyPattern } from './fastify.js';
import { type Built, toPattern, toSeen, type World } from './host.js';

/** Each version of Nest on each platform. */
const SITES: readonly { readonly nest: NestVersion; readonly platform: Platform }[] = [
  { nest: NEST_12, platform: 'express' },
  { nest: NEST_12, platform: 'fastify' },
  { nest: NEST_11, platform: 'express' },
  { nest: NEST_11, platform: 'fastify' },
];

export function buildNest(app: Application, world: World): Built {
  const site = SITES[app.variant % SITES.length] as (typeof SITES)[number];
  const starting = startNest(createModule(app, world, site), {
    ...site,
    adapter: createAdapter(app, site),
    setUp: (own) => setUp(own, app, site),
  });
  return toBuilt(starting, site.platform);
}

/** A server that waits for its application. */
export function toBuilt(starting: Promise<App>, platform: Platform): Built {
  // The check reports it.
  starting.catch(() => undefined);
  return {
    server: createServer((req, res) => {
      starting.then(
        (app) => toListener(app, platform)(req, res),
        () => res.writeHead(500).end(),
      );
    }),
    check: async () => {
      await starting.catch((error: Error) => {
        // Such as two routes with one path, which Fastify rejects.
        throw new TypeError(error.message);
      });
    },
  };
}

function toListener(app: App, platform: Platform): RequestListener {
  const instance = app.getHttpAdapter().getInstance();
  return platform === 'express' ? instance : (req, res) => instance.routing(req, res);
}

function createAdapter(app: Application, { nest, platform }: (typeof SITES)[number]): Adapter {
  const { caseSensitive, strict, variant } = app;
  if (platform === 'express') {
    const instance = express();
    if (caseSensitive) instance.enable('case sensitive routing');
    if (strict) instance.enable('strict routing');
    return new nest.ExpressAdapter(instance);
  }
  const options: FastifyServerOptions = {
    // The types of Fastify do not know all of its options here.
    routerOptions: {
      caseSensitive,
      ignoreTrailingSlash: !strict,
      ignoreDuplicateSlashes: variant % 3 === 0,
      useSemicolonDelimiter: variant % 5 === 0,
      maxParamLength: variant % 7 === 0 ? 3 : 100,
    } as NonNullable<FastifyServerOptions['routerOptions']>,
    rewriteUrl: (req) =>
      app.before.reduce((url, before) => REWRITES[before](url, req), req.url ?? ''),
  };
  return new nest.FastifyAdapter(options as object);
}

function setUp(own: App, app: Application, { platform }: (typeof SITES)[number]): void {
  if (app.base.length > 0) own.setGlobalPrefix(app.base.join('/'));
  if (platform === 'express') for (const before of app.before) own.use(CHANGES[before]);
}

function createModule(app: Application, world: World, site: (typeof SITES)[number]): Type {
  const { common, mandate } = site.nest;
  class AppModule {}
  common.Module({
    imports: [
      mandate.MandateModule.forRoot({
        guard: world.createGuard({}),
        ...(app.allowEncodedSlash && { allowEncodedSlash: true }),
      }),
    ],
    controllers: app.items.map((item) => {
      if (item.kind === 'place') return createController([item], [], { world, site });
      if (item.kind === 'nest') return createController(item.items, item.path, { world, site });
      throw new TypeError('a controller has routes');
    }),
  })(AppModule);
  return AppModule;
}

interface Site {
  readonly world: World;
  readonly site: (typeof SITES)[number];
}

/** A controller with a method for each place, decorated by calls. */
function createController(
  places: readonly Place[],
  prefix: readonly string[],
  { world, site }: Site,
): Type {
  const { common, mandate } = site.nest;
  const write = site.platform === 'express' ? toPattern : toFastifyPattern;
  class Controller {}
  for (const [i, place] of places.entries()) {
    const name = `handle${i}`;
    const descriptor = {
      configurable: true,
      value: (request: Handled) => {
        reach(place, request, world);
        return 'handled';
      },
    };
    Object.defineProperty(Controller.prototype, name, descriptor);
    const decorators = [
      common.RequestMapping({
        path: write(place.path.slice(prefix.length)),
        method: common.RequestMethod[place.method],
      }),
      mandate.RequireScopes(place.scope),
      ...(place.group === undefined ? [] : [mandate.RequireGroup({ path: place.group })]),
    ];
    for (const decorate of decorators) decorate(Controller.prototype, name, descriptor);
    common.Req()(Controller.prototype, name, 0);
  }
  common.Controller(prefix.length === 0 ? '' : write(prefix))(Controller);
  return Controller;
}

interface Handled {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

function reach(place: Place, { method, params }: Handled, world: World): void {
  const group = place.group === undefined ? undefined : params[place.group];
  world.reach({
    id: place.id,
    method,
    seen: toSeen(place.path, { rest: params['*'], ...params }),
    group: typeof group === 'string' && group !== '' ? group : undefined,
  });
}

import type { Server } from 'node:http';
import type { Guard } from '@mandate/core';
import * as rules from '@mandate/fastify';
import { requireAuth } from '@mandate/fastify';
import '@mandate/fastify/typed-auth';
import Fastify, {
  type FastifyInstance,
  type FastifyServerOptions,
  type RouteOptions,
} from 'fastify';
import type { Mounting } from '../case.js';
import { isOptional, ROUTES, type Route, toFastifyPath } from '../routes.js';
import { echo, type Reach } from './echo.js';
import { toRules } from './to-rules.js';

type RouteRule = Pick<RouteOptions, 'config' | 'preHandler'>;

/** How an application writes the rule of a route. */
type ToRule = (rule: Exclude<Route['rule'], string>) => RouteRule;

export const createFastify = createHost({});
/** With the options of the router that make it ignore what Express and Koa ignore. */
export const createLooseFastify = createHost({
  routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
});
/** The rules in the `config` of the routes. */
export const createFastifyByConfig = createHost({}, ({ allowEncodedSlash: _, ...rule }) => ({
  // As in the table, where the option of `requireAuth` decides about encoded slashes.
  config: { auth: rule },
}));

function createHost(
  options: FastifyServerOptions,
  toRule: ToRule = (rule) => ({ preHandler: toRules(rules, rule) }),
) {
  return async (guard: Guard, mounting: Mounting, reach: Reach): Promise<Server> => {
    const app = Fastify(options);
    if (mounting === 'mounted') {
      await app.register(
        async (api) => {
          await addGuarded(api, guard, reach);
          // So that the guard runs where no route matches.
          api.setNotFoundHandler((_request, reply) => {
            reply.code(404).send();
          });
        },
        { prefix: '/api' },
      );
    } else if (mounting === 'root') await addGuarded(app, guard, reach);
    else await addByRoute(app, { guard, reach, toRule });
    await app.ready();
    return app.server;
  };
}

/** Where a context has no handler for unknown paths, Fastify answers them outside the context. */
export async function createBareFastify(
  guard: Guard,
  _mounting: Mounting,
  reach: Reach,
): Promise<Server> {
  const app = Fastify();
  await app.register((api) => addGuarded(api, guard, reach), { prefix: '/api' });
  await app.ready();
  return app.server;
}

async function addGuarded(app: FastifyInstance, guard: Guard, reach: Reach): Promise<void> {
  await app.register(requireAuth(guard));
  for (const route of ROUTES) addRoute(app, route, { reach });
}

interface ByRoute {
  readonly guard: Guard;
  readonly reach: Reach;
  readonly toRule: ToRule;
}

async function addByRoute(app: FastifyInstance, { guard, reach, toRule }: ByRoute): Promise<void> {
  for (const route of ROUTES) if (route.rule === 'public') addRoute(app, route, { reach });
  const optional = requireAuth(guard, { endpoints: 'by-route', optional: true });
  await app.register(async (context) => {
    await context.register(optional);
    for (const route of ROUTES) {
      if (isOptional(route)) addRoute(context, route, { reach, ...toRule(route.rule) });
    }
  });
  await app.register(async (context) => {
    await context.register(requireAuth(guard, { endpoints: 'by-route' }));
    context.setNotFoundHandler((_request, reply) => {
      reply.code(404).send();
    });
    for (const route of ROUTES) {
      if (typeof route.rule === 'object' && !route.byMapOnly && !isOptional(route)) {
        addRoute(context, route, { reach, ...toRule(route.rule) });
      }
    }
  });
}

function addRoute(
  app: FastifyInstance,
  { name, method, path }: Route,
  { reach, ...rule }: RouteRule & { readonly reach: Reach },
): void {
  app.route({
    ...rule,
    method,
    url: toFastifyPath(path),
    handler(request, reply) {
      reach(name);
      reply.header('x-handler', name).send(echo(name, request.auth, request));
    },
  });
}

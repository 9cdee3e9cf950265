import { createServer } from 'node:http';
import type { Guard } from '@mandate/core';
import * as rules from '@mandate/express';
import { requireAuth } from '@mandate/express';
import '@mandate/express/typed-auth';
import express, { type IRouter, type RequestHandler } from 'express';
import express4 from 'express4';
import type { Mounting } from '../case.js';
import { isOptional, ROUTES, type Route, toHostPath, type Wildcard } from '../routes.js';
import { echo, type Reach } from './echo.js';
import { toRules } from './to-rules.js';

interface ExpressVersion {
  readonly express: typeof express;
  readonly wildcard: Wildcard;
}

const EXPRESS_5: ExpressVersion = { express, wildcard: '*rest' };
const EXPRESS_4: ExpressVersion = {
  express: express4 as unknown as typeof express,
  wildcard: '*',
};

export const createExpress = createHost(EXPRESS_5);
export const createExpress4 = createHost(EXPRESS_4);
export const createStrictExpress = createStrictHost(EXPRESS_5);
export const createStrictExpress4 = createStrictHost(EXPRESS_4);

function createHost({ express, wildcard }: ExpressVersion) {
  return (guard: Guard, mounting: Mounting, reach: Reach) => {
    const app = express();
    const add = createAdder(reach, wildcard);
    // Anything else shows stack traces to callers.
    app.set('env', 'production');
    app.use(express.json());
    if (mounting === 'mounted') {
      const nested = express.Router();
      addGuarded(nested, guard, add);
      app.use('/api', nested);
    } else if (mounting === 'root') addGuarded(app, guard, add);
    else addByRoute(app, guard, add);
    return createServer(app);
  };
}

/** Below a router that is case-sensitive and strict. */
function createStrictHost({ express, wildcard }: ExpressVersion) {
  return (guard: Guard, _mounting: Mounting, reach: Reach) => {
    const app = express();
    const routing = { caseSensitive: true, strict: true };
    const nested = express.Router(routing);
    nested.use(requireAuth(guard, { routing }));
    const add = createAdder(reach, wildcard);
    for (const route of ROUTES) add(nested, route, []);
    app.use('/api', nested);
    return createServer(app);
  };
}

type AddRoute = (router: IRouter, route: Route, rules: RequestHandler[]) => void;

function addGuarded(router: IRouter, guard: Guard, add: AddRoute): void {
  router.use(requireAuth(guard));
  for (const route of ROUTES) add(router, route, []);
}

function addByRoute(router: IRouter, guard: Guard, add: AddRoute): void {
  for (const route of ROUTES) if (route.rule === 'public') add(router, route, []);
  const optional = requireAuth(guard, { endpoints: 'by-route', optional: true });
  for (const route of ROUTES) {
    if (isOptional(route)) add(router, route, [optional, ...toRules(rules, route.rule)]);
  }
  router.use(requireAuth(guard, { endpoints: 'by-route' }));
  for (const route of ROUTES) {
    if (typeof route.rule === 'object' && !route.byMapOnly && !isOptional(route)) {
      add(router, route, toRules(rules, route.rule));
    }
  }
}

function createAdder(reach: Reach, wildcard: Wildcard): AddRoute {
  return (router, { name, method, path }, rules) => {
    // The types do not know `query`.
    const verb = method.toLowerCase() as 'get';
    router[verb](toHostPath(path, wildcard), ...rules, (req, res) => {
      reach(name);
      res.set('x-handler', name).json(echo(name, req.auth, res.locals));
    });
  };
}

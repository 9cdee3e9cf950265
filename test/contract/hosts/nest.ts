import type { Server } from 'node:http';
import type { EndpointRule, Guard } from '@mandate/core';
import {
  type App,
  type ArgumentsHost,
  getServer,
  NEST_11,
  NEST_12,
  type Nest,
  type Platform,
  startNest,
  type Type,
} from '../../support/nest-versions.js';
import type { Mounting } from '../case.js';
import { ROUTES, type Route, toFastifyPath, toHostPath } from '../routes.js';
import { echo, type Reach } from './echo.js';

/** Where Nest serves the API whose application has a prefix and versions. */
export const PREFIX = '/api/v1';

export const createNest = createHost(NEST_12, 'express');
export const createNestFastify = createHost(NEST_12, 'fastify');
export const createNest11 = createHost(NEST_11, 'express');
export const createNest11Fastify = createHost(NEST_11, 'fastify');
export const createPrefixedNest = createHost(NEST_12, 'express', addPrefix(NEST_12));
export const createPrefixedNestFastify = createHost(NEST_12, 'fastify', addPrefix(NEST_12));
export const createPrefixedNest11 = createHost(NEST_11, 'express', addPrefix(NEST_11));

function addPrefix({ common }: Nest) {
  return (app: App): void => {
    app.setGlobalPrefix('api');
    app.enableVersioning({ type: common.VersioningType.URI, defaultVersion: '1' });
  };
}

function createHost(nest: Nest, platform: Platform, setUp: (app: App) => void = () => undefined) {
  return async (guard: Guard, _mounting: Mounting, reach: Reach): Promise<Server> => {
    const module = createModule(guard, { nest, platform, reach });
    const app = await startNest(module, { nest, platform, setUp });
    return getServer(app);
  };
}

interface Site {
  readonly nest: Nest;
  readonly platform: Platform;
  readonly reach: Reach;
}

function createModule(guard: Guard, site: Site): Type {
  const { common, mandate, core } = site.nest;
  class AppModule {}
  const controllers = ROUTES.flatMap((route) =>
    route.rule === 'unmapped' || route.byMapOnly ? [] : [createController(route, site)],
  );
  common.Module({
    imports: [mandate.MandateModule.forRoot({ guard })],
    controllers,
    // A filter of the application for everything, which must not see refusals.
    providers: [{ provide: core.APP_FILTER, useClass: createFilter(site) }],
  })(AppModule);
  return AppModule;
}

/** A controller for each route, decorated by calls, because the tests are compiled with standard decorators. */
function createController(route: Route, { nest, platform, reach }: Site): Type {
  const { common, mandate } = nest;
  class Controller {
    handle(request: object, principal: Parameters<typeof echo>[1]) {
      reach(route.name);
      return echo(route.name, principal, request);
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Controller.prototype, 'handle');
  const path = platform === 'fastify' ? toFastifyPath(route.path) : toHostPath(route.path, '*rest');
  const decorators = [
    common.RequestMapping({ path, method: common.RequestMethod[route.method as 'GET'] }),
    common.Header('x-handler', route.name),
    common.HttpCode(200),
    ...toRuleDecorators(route.rule as EndpointRule | 'public', nest),
  ];
  for (const decorate of decorators) {
    decorate(Controller.prototype, 'handle', descriptor as TypedPropertyDescriptor<unknown>);
  }
  common.Req()(Controller.prototype, 'handle', 0);
  mandate.Auth()(Controller.prototype, 'handle', 1);
  common.Controller()(Controller);
  return Controller;
}

function toRuleDecorators(rule: EndpointRule | 'public', { mandate }: Nest) {
  if (rule === 'public') return [mandate.Public()];
  const { scopes, group, stepUp, anonymous, optional, allowIf } = rule;
  return [
    ...(anonymous ? [mandate.AllowAnonymous()] : []),
    ...(optional ? [mandate.Optional()] : []),
    ...(group ? [mandate.RequireGroup(group)] : []),
    'anyOf' in scopes
      ? mandate.RequireAnyScope(...scopes.anyOf.flat())
      : mandate.RequireScopes(...scopes),
    ...(stepUp ? [mandate.RequireStepUp(stepUp)] : []),
    ...(allowIf ? [mandate.AllowIf(allowIf)] : []),
  ];
}

/** Answers every error in its own way, so that a refusal that reaches it is not the guard's answer. */
function createFilter({ nest, platform }: Site): Type {
  const { common } = nest;
  class Filter {
    catch(error: { readonly status?: number; readonly statusCode?: number }, host: ArgumentsHost) {
      const response = host.switchToHttp().getResponse();
      const { status = error.statusCode ?? 500 } = error;
      if (platform === 'fastify') response.code(status).send({ by: 'the filter' });
      else response.status(status).json({ by: 'the filter' });
    }
  }
  common.Catch()(Filter);
  return Filter;
}

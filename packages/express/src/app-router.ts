import type { Routing } from '@mandate/core';
import type { Application } from 'express';

/** The options of an application's router. */
export interface RouterSettings {
  readonly caseSensitive?: boolean | undefined;
  readonly strict?: boolean | undefined;
}

/** An application of Express 4, where `app.router` is a getter that throws. */
interface Application4 {
  readonly lazyrouter: unknown;
  /** Created by the first `use` or route. */
  readonly _router?: RouterSettings;
}

/** The router of an application of Express 4 or 5. `undefined` before the first `use` or route of Express 4. */
export function getAppRouter(app: Application): RouterSettings | undefined {
  return 'lazyrouter' in app
    ? (app as unknown as Application4)._router
    : (app.router as RouterSettings);
}

/** Gets the options of the application's router once, because later settings do not change them. */
export function createRoutingGetter(given: Routing | undefined): (app: Application) => Routing {
  let known: Application | undefined;
  let routing: Routing | undefined = given;
  return (app) => {
    if (routing === undefined || (given === undefined && app !== known)) {
      known = app;
      // Do not use the settings: a mounted application inherits them, but its router does not.
      const { caseSensitive, strict } = getAppRouter(app) ?? {};
      routing = { caseSensitive: Boolean(caseSensitive), strict: Boolean(strict) };
    }
    return routing;
  };
}

import type { Application } from 'express';

/** How the router of an application was made. */
export interface RouterSettings {
  readonly caseSensitive?: boolean | undefined;
  readonly strict?: boolean | undefined;
}

/** What an application of Express 4 has: `app.router` is a getter that throws there. */
interface Application4 {
  readonly lazyrouter: unknown;
  /** Made by the first `use` or route. */
  readonly _router?: RouterSettings;
}

/** The router of an application of Express 4 or 5; of a new one of Express 4 that it has none yet. */
export function getAppRouter(app: Application): RouterSettings | undefined {
  return 'lazyrouter' in app
    ? (app as unknown as Application4)._router
    : (app.router as RouterSettings);
}

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

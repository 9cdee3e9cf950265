import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { notify } from '@mandate/internal/notify';
import type { ConsoleContext } from './console-env.js';
import { ConsoleError } from './console-error.js';
import { type ConsoleOptions, DEFAULT_NAME } from './console-options.js';
import { ErrorPage } from './layout/error-page.js';
import { renderPage } from './layout/render-page.js';
import { createLink } from './view.js';

export type ShowError = (error: unknown, c: ConsoleContext) => MaybePromise<Response>;

/** Answers every error with a page. The message of a fault is not shown. */
export function createShowError({ onError, name, logInUrl }: ConsoleOptions): ShowError {
  return (error, c) => {
    const known = ConsoleError.from(error);
    if (known === undefined) reportFault(onError, error);
    const status = known?.status ?? 500;
    const page = (
      <ErrorPage
        status={status}
        message={known?.message}
        view={c.get('view')}
        link={createLink(c.req.path)}
        name={name ?? DEFAULT_NAME}
        logInUrl={logInUrl}
      />
    );
    // RFC 9110 §15.5.2 requires a challenge. With this one, browsers do not open a password dialog.
    if (status === 401) c.header('www-authenticate', 'Bearer');
    return renderPage(c, page, status);
  };
}

/** Passes a fault to the application. */
export function reportFault(onError: ConsoleOptions['onError'], error: unknown): void {
  if (onError !== undefined) notify(onError, error);
}

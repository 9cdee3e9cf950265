import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import type { ConsoleContext } from './console-env.js';
import { ConsoleError } from './console-error.js';
import { type ConsoleOptions, DEFAULT_NAME } from './console-options.js';
import { ErrorPage } from './layout/error-page.js';
import { renderPage } from './layout/render-page.js';
import { createLink } from './view.js';

export type ShowError = (error: unknown, c: ConsoleContext) => MaybePromise<Response>;

/** Answers with a page for whatever went wrong. Of a fault it says nothing. */
export function createShowError({ onError, name, logInUrl }: ConsoleOptions): ShowError {
  return (error, c) => {
    const refusal = ConsoleError.from(error);
    if (refusal === undefined) tellFault(onError, error);
    const status = refusal?.status ?? 500;
    const page = (
      <ErrorPage
        status={status}
        message={refusal?.message}
        view={c.get('view')}
        link={createLink(c.req.path)}
        name={name ?? DEFAULT_NAME}
        logInUrl={logInUrl}
      />
    );
    // RFC 9110 §15.5.2 wants a challenge; this one lets no browser ask for a password by itself.
    if (status === 401) c.header('www-authenticate', 'Bearer');
    return renderPage(c, page, status);
  };
}

/** Tells the application; its own fault must not become the answer. */
export function tellFault(onError: ConsoleOptions['onError'], error: unknown): void {
  try {
    const told: unknown = onError?.(error);
    if (isPromise(told)) told.catch(() => {});
  } catch {}
}

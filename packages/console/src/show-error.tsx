import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { ConsoleContext } from './console-env.js';
import { ConsoleError } from './console-error.js';
import { type ConsoleOptions, DEFAULT_NAME } from './console-options.js';
import { ErrorPage } from './layout/error-page.js';
import { renderPage } from './layout/render-page.js';
import { reportFault } from './report-fault.js';
import { createLink } from './view.js';

export type ShowError = (error: unknown, c: ConsoleContext) => MaybePromise<Response>;

/** Answers every error with a page. The message of a fault is not shown. */
export function createShowError({ onError, name, logInUrl }: ConsoleOptions): ShowError {
  return (error, c) => {
    const known = ConsoleError.from(error);
    if (known === undefined) reportFault(onError, error);
    const status = known?.status ?? toFaultStatus(error, c);
    const page = (
      <ErrorPage
        status={status}
        message={known?.message ?? toFaultText(status, c)}
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

/** The errors of JavaScript that only a fault of the code causes. Trying again does not help. */
const CODE_FAULTS = [TypeError, RangeError, ReferenceError, SyntaxError];

/** Pages do no I/O but that of their stores, so any other error means that a store is not available. */
function toFaultStatus(error: unknown, c: ConsoleContext): 500 | 503 {
  const isCodeFault = CODE_FAULTS.some((type) => error instanceof type);
  return isCodeFault || c.get('isAuthorizing') === true ? 500 : 503;
}

function toFaultText(status: number, c: ConsoleContext): string {
  const text =
    status === 503
      ? 'The database of these pages is not available. Try again in a moment.'
      : 'The server has a problem. Try again in a moment.';
  const isReading = c.req.method === 'GET' || c.req.method === 'HEAD';
  return isReading ? text : `${text} Check whether the change was made before you repeat it.`;
}

import { randomBytes } from 'node:crypto';
import { createErrorLog, toObserver } from '@mandate/internal/observer';
import { Hono } from 'hono';
import { acceptForms, rejectForeignForms } from './accept-forms.js';
import { serveAssets } from './assets/serve-assets.js';
import type { HostContext } from './authorize-admin.js';
import type { ConsoleContext, ConsoleEnv } from './console-env.js';
import { ConsoleError } from './console-error.js';
import { type ConsoleOptions, checkConsoleOptions, DEFAULT_NAME } from './console-options.js';
import { addCallback } from './exports/callback.js';
import { addExportPages } from './exports/export-pages.js';
import { FormTokens } from './form-tokens.js';
import { requireAdmin } from './require-admin.js';
import { applyHeaders } from './response-headers.js';
import { createShowError } from './show-error.js';
import { addTokenPages } from './tokens/token-pages.js';
import type { Section } from './view.js';

/** Answers web-standard requests. Mount it with `mountFetch` of an adapter. */
export type ConsoleHandler = (request: Request, context: HostContext) => Promise<Response>;

/**
 * Creates the pages for administrators, as one handler to mount.
 *
 * `authorizeAdmin` decides who is admitted; every other caller gets a page without data. A change is
 * accepted only from a form of the console that was rendered for the same administrator, and each form
 * only once in one process.
 *
 * @throws TypeError if an option is missing, unknown or invalid.
 * @example
 * ```ts
 * app.use(
 *   '/admin',
 *   mountFetch(
 *     createConsole({
 *       tokens: { authority },
 *       authorizeAdmin: (_request, { principal }) =>
 *         principal === undefined ? 'anonymous' : { subject: principal.subject, isSuperAdmin: false },
 *     }),
 *   ),
 * );
 * ```
 */
export function createConsole(options: ConsoleOptions): ConsoleHandler {
  checkConsoleOptions(options);
  const { onError, now = Date.now } = options;
  const report = toObserver('createConsole: onError', onError, () =>
    createErrorLog('createConsole', 'a page failed', now),
  );
  const app = createApp({ ...options, onError: report });
  return async (request, context) => {
    try {
      return applyHeaders(await app.fetch(request, context));
    } catch (error) {
      // `app.onError` receives only instances of Error; Hono rethrows every other value.
      report(error);
      return applyHeaders(new Response('Something went wrong.', { status: 500 }));
    }
  };
}

const NOT_FOUND = new ConsoleError(404, 'This page does not exist.');
const TOKENS: Section = { title: 'API tokens', path: 'tokens' };
const AUDIT: Section = { title: 'Audit', path: 'audit' };
const EXPORTS: Section = { title: 'Exports', path: 'exports' };

/** The order is the order in which handlers see a request. */
function createApp(options: ConsoleOptions): Hono<ConsoleEnv> {
  const { basePath = '', formKey = randomBytes(32), now = Date.now } = options;
  const { tokens, exports, name = DEFAULT_NAME } = options;
  const formTokens = new FormTokens(formKey, now);
  const sections = [
    ...(tokens === undefined ? [] : [TOKENS]),
    ...(exports === undefined ? [] : [EXPORTS]),
    ...(tokens === undefined ? [] : [AUDIT]),
  ];
  const showError = createShowError(options);
  const app = new Hono<ConsoleEnv>({ getPath: (request) => toPath(request, basePath) });
  app.onError(showError);
  app.notFound((c) => showError(NOT_FOUND, c));
  app.get('/', (c) => redirectToStart(c, `${basePath}/${sections[0]?.path}`));
  serveAssets(app);
  if (exports !== undefined) addCallback(app, { ...exports, name });
  app.use(rejectForeignForms(options.origin));
  app.use(requireAdmin({ ...options, sections, formTokens, now }));
  app.use(acceptForms(formTokens));
  if (tokens !== undefined) addTokenPages(app, { ...tokens, onError: options.onError });
  if (exports !== undefined) addExportPages(app, exports);
  return app;
}

/** The path below `basePath`. Any other path becomes `/-`, which has no page. */
function toPath({ url }: Request, basePath: string): string {
  const { pathname } = new URL(url);
  if (pathname === basePath) return '/';
  return pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : '/-';
}

/** The mount point is requested with and without a trailing slash, so this address cannot be relative. */
function redirectToStart(c: ConsoleContext, path: string): Response {
  const { mountPath = '' } = c.env;
  // A path that begins with two slashes names another host.
  if (/^[/\\]{2}/.test(mountPath)) throw NOT_FOUND;
  return c.redirect(mountPath + path, 303);
}

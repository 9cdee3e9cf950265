import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { acceptForms, refuseForeignForms } from './accept-forms.js';
import { admit } from './admit.js';
import { serveAssets } from './assets/serve-assets.js';
import type { HostContext } from './authorize-admin.js';
import type { ConsoleContext, ConsoleEnv } from './console-env.js';
import { ConsoleError } from './console-error.js';
import { type ConsoleOptions, checkConsoleOptions, DEFAULT_NAME } from './console-options.js';
import { addCallback } from './exports/callback.js';
import { addExportPages } from './exports/export-pages.js';
import { FormTokens } from './form-tokens.js';
import { applyHeaders } from './response-headers.js';
import { createShowError, tellFault } from './show-error.js';
import { addTokenPages } from './tokens/token-pages.js';
import type { Section } from './view.js';

/** A handler of web-standard requests, for `mountFetch` of the adapters. */
export type ConsoleHandler = (request: Request, context: HostContext) => Promise<Response>;

/**
 * Pages for administrators, as one handler to mount: `app.use('/admin', mountFetch(createConsole(…)))`.
 *
 * Whom to admit is the application's decision; everybody else gets a page without any data. Changes are
 * taken only from the console's own forms, shown to the same admin, and each form once in one process.
 *
 * @throws TypeError if an option is missing or malformed.
 */
export function createConsole(options: ConsoleOptions): ConsoleHandler {
  checkConsoleOptions(options);
  const app = createApp(options);
  return async (request, context) => {
    try {
      return applyHeaders(await app.fetch(request, context));
    } catch (error) {
      // Hono hands on what is thrown and no Error.
      tellFault(options.onError, error);
      return applyHeaders(new Response('Something went wrong.', { status: 500 }));
    }
  };
}

const NO_PAGE = new ConsoleError(404, 'There is no such page.');
const TOKENS: Section = { title: 'API tokens', path: 'tokens' };
const EXPORTS: Section = { title: 'Exports', path: 'exports' };

/** From top to bottom: what may answer a request before it reaches its page. */
function createApp(options: ConsoleOptions): Hono<ConsoleEnv> {
  const { basePath = '', formKey = randomBytes(32), now = Date.now } = options;
  const { tokens, exports, name = DEFAULT_NAME } = options;
  const formTokens = new FormTokens(formKey, now);
  const sections = [
    ...(tokens === undefined ? [] : [TOKENS]),
    ...(exports === undefined ? [] : [EXPORTS]),
  ];
  const showError = createShowError(options);
  const app = new Hono<ConsoleEnv>({ getPath: (request) => readPath(request, basePath) });
  app.onError(showError);
  app.notFound((c) => showError(NO_PAGE, c));
  app.get('/', (c) => redirectToStart(c, `${basePath}/${sections[0]?.path}`));
  serveAssets(app);
  if (exports !== undefined) addCallback(app, { ...exports, name });
  app.use(refuseForeignForms(options.origin));
  app.use(admit({ ...options, sections, formTokens, now }));
  app.use(acceptForms(formTokens));
  if (tokens !== undefined) addTokenPages(app, tokens);
  if (exports !== undefined) addExportPages(app, exports);
  return app;
}

/** The path below `basePath`; what is not below it is nothing of ours. */
function readPath({ url }: Request, basePath: string): string {
  const { pathname } = new URL(url);
  if (pathname === basePath) return '/';
  return pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : '/-';
}

/**
 * The mount point may be asked for with or without a slash at its end, so this one address cannot be
 * relative.
 */
function redirectToStart(c: ConsoleContext, path: string): Response {
  const { mountPath = '' } = c.env;
  // A path that begins with two slashes would be another host.
  if (/^[/\\]{2}/.test(mountPath)) throw NO_PAGE;
  return c.redirect(mountPath + path, 303);
}

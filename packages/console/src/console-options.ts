import { checkBasePath } from '@mandate/internal/base-path';
import { checkOptions } from '@mandate/internal/check-options';
import type { AuthorizeAdmin } from '@mandate/tokens/admin';
import type { ExportPagesOptions } from './exports/export-pages-options.js';
import type { TokenPagesOptions } from './tokens/token-pages-options.js';

export interface ConsoleOptions {
  /** Identifies the caller. It is the only protection of the pages. */
  readonly authorizeAdmin: AuthorizeAdmin;
  /** The pages for issued API tokens. Default: no such pages. */
  readonly tokens?: TokenPagesOptions | undefined;
  /** The pages for exports that are authorized with OAuth. Default: no such pages. */
  readonly exports?: ExportPagesOptions | undefined;
  /** The mount point, for a host that leaves it in the path (Hono): `/admin`. Default: the root. */
  readonly basePath?: string | undefined;
  /**
   * The origin at which administrators open the pages: `https://admin.example.com`. Changes from any
   * other origin are rejected. Default: the host of each request. Set it if a proxy changes the `Host`
   * header, or if `authorizeAdmin` relies on anything other than a cookie of that host.
   */
  readonly origin?: string | undefined;
  /**
   * Signs the tokens that make each form valid once and for one administrator: at least 32 bytes, the
   * same in every process that serves the console. Default: random, so that a form is valid only in the
   * process that rendered it.
   */
  readonly formKey?: Uint8Array | undefined;
  /** The log-in page, linked from the 401 page: a path or an https URL. Default: no link. */
  readonly logInUrl?: string | undefined;
  /**
   * The page that ends the session of the application, linked from every page: a path or an https URL.
   * Default: no link.
   */
  readonly logOutUrl?: string | undefined;
  /** The name at the top of every page. Default `Administration`. */
  readonly name?: string | undefined;
  /**
   * Receives server faults. Pages never show their messages. Anything that the callback throws or rejects
   * with is ignored. By default the name of a fault is written with `console.warn`, at most once a minute;
   * `null` writes nothing.
   */
  readonly onError?: ((error: unknown) => void) | null | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** @throws TypeError for the first option that is missing, unknown or invalid. */
export function checkConsoleOptions(options: ConsoleOptions): void {
  checkOptions<ConsoleOptions>('createConsole', options, {
    authorizeAdmin: true,
    tokens: true,
    exports: true,
    basePath: true,
    origin: true,
    formKey: true,
    logInUrl: true,
    logOutUrl: true,
    name: true,
    onError: true,
    now: true,
  });
  const { authorizeAdmin, basePath = '', origin, formKey, logInUrl, logOutUrl } = options;
  if (typeof authorizeAdmin !== 'function') {
    throw new TypeError('createConsole: authorizeAdmin must be a function');
  }
  checkSections(options);
  checkBasePath('createConsole', basePath);
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).origin !== origin)) {
    throw new TypeError(
      'createConsole: origin must look like https://admin.example.com, without a path',
    );
  }
  if (formKey !== undefined && !(formKey instanceof Uint8Array && formKey.length >= 32)) {
    throw new TypeError('createConsole: formKey must be a Uint8Array of at least 32 bytes');
  }
  checkLink('logInUrl', logInUrl);
  checkLink('logOutUrl', logOutUrl);
}

function checkLink(name: string, url = '/'): void {
  if (/^(?:\/(?![/\\])|https:\/\/)/.test(url)) return;
  throw new TypeError(`createConsole: ${name} must be a path or an https URL`);
}

function checkSections({ tokens, exports }: ConsoleOptions): void {
  if (tokens === undefined && exports === undefined) {
    throw new TypeError('createConsole: tokens or exports is required');
  }
  if (tokens !== undefined) {
    checkOptions<TokenPagesOptions>('createConsole: tokens', tokens, {
      authority: true,
      scopes: true,
      groups: true,
    });
  }
  if (exports !== undefined) {
    checkOptions<ExportPagesOptions>('createConsole: exports', exports, {
      service: true,
      egressAddresses: true,
    });
  }
  if (tokens !== undefined && typeof tokens.authority?.list !== 'function') {
    throw new TypeError('createConsole: tokens.authority must be a TokenAuthority');
  }
  if (exports !== undefined && typeof exports.service?.listDeliveries !== 'function') {
    throw new TypeError('createConsole: exports.service must be made by createExports');
  }
}

export const DEFAULT_NAME = 'Administration';

import { checkBasePath } from '@mandate/internal/base-path';
import { checkOptions } from '@mandate/internal/check-options';
import type { AuthorizeAdmin } from '@mandate/tokens/admin';
import type { ExportPagesOptions } from './exports/export-pages-options.js';
import type { TokenPagesOptions } from './tokens/token-pages-options.js';

export interface ConsoleOptions {
  /** Identifies the caller. Nothing else guards the pages. */
  readonly authorizeAdmin: AuthorizeAdmin;
  /** The pages of issued API tokens. Default: there are none. */
  readonly tokens?: TokenPagesOptions | undefined;
  /** The pages of exports that are authorized with OAuth. Default: there are none. */
  readonly exports?: ExportPagesOptions | undefined;
  /** Where it is mounted, on a host that does not take that off the path: Hono. Default: the root. */
  readonly basePath?: string | undefined;
  /**
   * The origin at which admins see the pages: `https://admin.example.com`. Changes from any other are
   * refused. Default: the host of each request. Set it where a proxy changes the `Host` header, and
   * where `authorizeAdmin` goes by something else than a cookie of that host.
   */
  readonly origin?: string | undefined;
  /**
   * Signs what makes forms good for one admin and once: 32 bytes or more, the same in every process that
   * serves the console. Default: random; then forms are good in the process that showed them.
   */
  readonly formKey?: Uint8Array | undefined;
  /** Where to log in, for the page that asks for it: a path, or an https URL. Default: it has no link. */
  readonly logInUrl?: string | undefined;
  /** The name that stands above every page. Default `Administration`. */
  readonly name?: string | undefined;
  /**
   * Hears of faults, of which pages say nothing but that there was one. What it throws or rejects with is
   * ignored.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** @throws TypeError for the first option that is missing or malformed. */
export function checkConsoleOptions(options: ConsoleOptions): void {
  checkOptions<ConsoleOptions>('createConsole', options, {
    authorizeAdmin: true,
    tokens: true,
    exports: true,
    basePath: true,
    origin: true,
    formKey: true,
    logInUrl: true,
    name: true,
    onError: true,
    now: true,
  });
  const { authorizeAdmin, basePath = '', origin, formKey, logInUrl = '/' } = options;
  if (typeof authorizeAdmin !== 'function') {
    throw new TypeError('createConsole: authorizeAdmin is required');
  }
  checkSections(options);
  checkBasePath('createConsole', basePath);
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).origin !== origin)) {
    throw new TypeError('origin must look like https://admin.example.com, without a path');
  }
  if (formKey !== undefined && !(formKey instanceof Uint8Array && formKey.length >= 32)) {
    throw new TypeError('formKey must be a Uint8Array of 32 bytes or more');
  }
  if (!/^(?:\/(?![/\\])|https:\/\/)/.test(logInUrl)) {
    throw new TypeError('logInUrl must be a path or an https URL');
  }
}

function checkSections({ tokens, exports }: ConsoleOptions): void {
  if (tokens === undefined && exports === undefined) {
    throw new TypeError('createConsole: there is nothing to show');
  }
  if (tokens !== undefined) {
    checkOptions<TokenPagesOptions>('createConsole: tokens', tokens, {
      authority: true,
      scopes: true,
    });
  }
  if (exports !== undefined) {
    checkOptions<ExportPagesOptions>('createConsole: exports', exports, {
      service: true,
      egressAddresses: true,
    });
  }
  if (tokens !== undefined && typeof tokens.authority?.list !== 'function') {
    throw new TypeError('createConsole: tokens.authority is required');
  }
  if (exports !== undefined && typeof exports.service?.listDeliveries !== 'function') {
    throw new TypeError('createConsole: exports.service is required');
  }
}

export const DEFAULT_NAME = 'Administration';

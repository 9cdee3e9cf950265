import type { FetchHandler } from '@mandate/core';
import { checkBasePath, toPathBelow } from '@mandate/internal/base-path';
import { checkOptions } from '@mandate/internal/check-options';
import { toHeadResponse, toRouteMethod } from '@mandate/internal/head-requests';
import { createErrorLog, toObserver } from '@mandate/internal/observer';
import { getRequestSite } from '@mandate/internal/request-site';
import { SearchLimiter } from '@mandate/internal/search-limiter';
import type { Admin, TokenAuthority } from '../token-authority.js';
import { AdminProblem } from './admin-problem.js';
import { answerCall, createNotFound } from './answer-call.js';
import type { AdminAccess, AuthorizeAdmin } from './authorize-admin.js';

export interface TokenAdminOptions {
  readonly authority: TokenAuthority;
  /** Identifies the caller. Nothing else guards the handler. */
  readonly authorizeAdmin: AuthorizeAdmin;
  /** The path at which the handler is mounted: `/admin` if the list is at `/admin/tokens`. Default: the root. */
  readonly basePath?: string | undefined;
  /**
   * The public origin from which browsers may send changes: `https://admin.example.com`. Default: the host of
   * the request, which a proxy must then pass on unchanged.
   */
  readonly origin?: string | undefined;
  /**
   * Called with every fault; the caller gets a 500 without details. What it throws is ignored. By default the
   * name of a fault is written with `console.warn`, at most once a minute; `null` writes nothing.
   */
  readonly onError?: ((error: unknown) => void) | null | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Serves the administration of issued tokens as a JSON API, which `TOKEN_ADMIN_OPENAPI` describes. Lists
 * and single tokens never hold a secret: only the answers to creating and rotating do, once.
 *
 * Rejects a change that a browser sends from another origin, so `authorizeAdmin` may rely on a cookie as
 * well as on a bearer token.
 *
 * @returns a handler for `mountFetch`.
 * @throws TypeError if `authority` or `authorizeAdmin` is missing, or an option is unknown or invalid.
 *
 * @example
 * createTokenAdminHandler({
 *   authority,
 *   authorizeAdmin: (_request, { principal }) =>
 *     principal?.scopes.includes('ADMIN')
 *       ? { subject: principal.subject, isSuperAdmin: principal.groups.includes('super-admins') }
 *       : undefined,
 * });
 */
export function createTokenAdminHandler(options: TokenAdminOptions): FetchHandler {
  checkOptions<TokenAdminOptions>('createTokenAdminHandler', options, {
    authority: true,
    authorizeAdmin: true,
    basePath: true,
    origin: true,
    onError: true,
    now: true,
  });
  const { authority, authorizeAdmin, basePath = '', origin, now = Date.now } = options;
  if (typeof authority?.create !== 'function' || typeof authorizeAdmin !== 'function') {
    throw new TypeError('createTokenAdminHandler: authority and authorizeAdmin are required');
  }
  checkBasePath('createTokenAdminHandler', basePath);
  const onError = toObserver('createTokenAdminHandler: onError', options.onError, () =>
    createErrorLog('createTokenAdminHandler', 'a request failed', now),
  );
  const limiter = new SearchLimiter();
  const shared = { authority, now, onError, limiter };
  const respond: FetchHandler = async (request, context) => {
    try {
      checkSite(request, origin);
      const admin = checkAccess(await authorizeAdmin(request, context));
      const url = new URL(request.url);
      const path = toPathBelow(basePath, url.pathname)?.slice(1).split('/');
      if (path === undefined) throw createNotFound();
      return await answerCall({ request, path, query: url.searchParams, admin, ...shared });
    } catch (error) {
      const problem = AdminProblem.from(error);
      if (problem === undefined) onError(error);
      return (problem ?? new AdminProblem('internal', 'an internal error occurred')).toResponse();
    }
  };
  return async (request, context) => {
    const response = await respond(request, context);
    return request.method === 'HEAD' ? toHeadResponse(response) : response;
  };
}

/** Lists do not use the administrator, so an object without a subject must be rejected here. */
function checkAccess(access: AdminAccess): Admin {
  if (access === 'anonymous') throw new AdminProblem('unauthenticated', 'log in first');
  if (typeof access?.subject === 'string' && access.subject !== '') return access;
  throw new AdminProblem('forbidden', 'the caller is not an administrator');
}

/** A client that is not a browser sends neither of the two headers, and no cookies by itself. */
function checkSite(request: Request, origin: string | undefined): void {
  if (toRouteMethod(request.method) === 'GET' || getRequestSite(request, origin) !== 'cross-origin')
    return;
  throw new AdminProblem('forbidden', 'the request comes from another origin');
}

import type { FetchHandler } from '@mandate/core';
import { checkBasePath, toPathBelow } from '@mandate/internal/base-path';
import { checkOptions } from '@mandate/internal/check-options';
import { toHeadResponse, toRouteMethod } from '@mandate/internal/head-requests';
import { notify } from '@mandate/internal/notify';
import { getRequestSite } from '@mandate/internal/request-site';
import type { Page } from '../store/token-store.js';
import { type AuditEntry, getTokenStatus, type TokenRecord } from '../token/token-record.js';
import type { Admin, IssuedToken, TokenAuthority } from '../token-authority.js';
import { AdminProblem } from './admin-problem.js';
import type { AdminAccess, AuthorizeAdmin } from './authorize-admin.js';
import { checkSchema } from './check-schema.js';
import { parseNewToken } from './parse-new-token.js';
import { readJson } from './read-json.js';
import { pageSchema, rotationSchema, tokenListSchema } from './request-schemas.js';

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
  /** Called with every fault; the caller gets a 500 without details. What it throws is ignored. */
  readonly onError?: ((error: unknown) => void) | undefined;
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
  const { authority, authorizeAdmin, basePath = '', origin, onError = () => {} } = options;
  const now = options.now ?? Date.now;
  if (typeof authority?.create !== 'function' || typeof authorizeAdmin !== 'function') {
    throw new TypeError('createTokenAdminHandler: authority and authorizeAdmin are required');
  }
  checkBasePath('createTokenAdminHandler', basePath);
  const respond: FetchHandler = async (request, context) => {
    try {
      checkSite(request, origin);
      const admin = checkAccess(await authorizeAdmin(request, context));
      const url = new URL(request.url);
      const path = toPathBelow(basePath, url.pathname)?.slice(1).split('/');
      if (path === undefined) throw notFound();
      return await answer({ request, path, query: url.searchParams, authority, admin, now });
    } catch (error) {
      const problem = AdminProblem.from(error);
      if (problem === undefined) notify(onError, error);
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

interface Call {
  readonly request: Request;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly authority: TokenAuthority;
  readonly admin: Admin;
  readonly now: () => number;
}

/** One line per route. */
async function answer(call: Call): Promise<Response> {
  const { request, path, authority, admin } = call;
  const [root, id = '', action] = path;
  const route = `${toRouteMethod(request.method)} ${root}${path.length > 1 ? '/{id}' : ''}${action ? `/${action}` : ''}`;
  if (path.length > 3) throw notFound();
  switch (route) {
    case 'GET tokens':
      return listTokens(call);
    case 'POST tokens':
      return createToken(call);
    case 'GET tokens/{id}':
      return json(200, toJson(await authority.get(id), call.now()));
    case 'POST tokens/{id}/revoke':
      return json(200, toJson(await authority.revoke(id, admin), call.now()));
    case 'POST tokens/{id}/rotate':
      return rotateToken(call, id);
    case 'GET tokens/{id}/audit':
      await authority.get(id);
      return listAudit(call, id);
    case 'GET audit':
      return listAudit(call, undefined);
    default:
      throw notFound();
  }
}

async function listTokens({ query, authority, now }: Call): Promise<Response> {
  const { limit, cursor, ...filter } = checkSchema(tokenListSchema, toObject(query));
  const page = await authority.list(filter, { limit, cursor });
  return json(
    200,
    toPageJson(page, (record) => toJson(record, now())),
  );
}

async function createToken({ request, authority, admin, now }: Call): Promise<Response> {
  const token = parseNewToken(await readJson(request), authority);
  return json(201, toIssuedJson(await authority.create(token, admin), now()));
}

async function rotateToken(
  { request, authority, admin, now }: Call,
  id: string,
): Promise<Response> {
  const { overlapSeconds } = checkSchema(rotationSchema, await readJson(request));
  return json(200, toIssuedJson(await authority.rotate(id, overlapSeconds, admin), now()));
}

async function listAudit({ query, authority }: Call, id: string | undefined): Promise<Response> {
  const page = await authority.audit(id, checkSchema(pageSchema, toObject(query)));
  return json(
    200,
    toPageJson(page, (entry: AuditEntry) => ({ ...entry, at: entry.at.toISOString() })),
  );
}

/** A repeated parameter becomes a list, which every schema rejects. */
function toObject(query: URLSearchParams): Record<string, string | string[]> {
  const toEntry = (name: string) => {
    const values = query.getAll(name);
    return [name, values.length === 1 ? (values[0] as string) : values] as const;
  };
  return Object.fromEntries([...new Set(query.keys())].map(toEntry));
}

function toJson(record: TokenRecord, nowMs: number): Record<string, unknown> {
  const { createdAt, expiresAt, revokedAt, lastUsedAt, previousExpiresAt, ...rest } = record;
  return {
    ...rest,
    status: getTokenStatus(record, new Date(nowMs)),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString(),
    revokedAt: revokedAt?.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString(),
    previousExpiresAt: previousExpiresAt?.toISOString(),
  };
}

function toIssuedJson(issued: IssuedToken, nowMs: number): Record<string, unknown> {
  return { token: toJson(issued.token, nowMs), secret: issued.secret };
}

function toPageJson<Item>(page: Page<Item>, toItem: (item: Item) => unknown): unknown {
  return { items: page.items.map(toItem), nextCursor: page.nextCursor };
}

function json(status: number, body: unknown): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}

function notFound(): AdminProblem {
  return new AdminProblem('not_found', 'not found');
}

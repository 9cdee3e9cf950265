import type { FetchContext, FetchHandler } from '@mandate/core';
import { checkBasePath, toPathBelow } from '@mandate/internal/base-path';
import { checkOptions } from '@mandate/internal/check-options';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { notify } from '@mandate/internal/notify';
import { getRequestSite } from '@mandate/internal/request-site';
import type { Page } from '../store/token-store.js';
import { type AuditEntry, readStatus, type TokenRecord } from '../token/record.js';
import type { Admin, IssuedToken, TokenAuthority } from '../token-authority.js';
import { readJson } from './admin-body.js';
import { checkSchema } from './admin-check.js';
import { readNewToken } from './admin-new-token.js';
import { AdminProblem } from './admin-problem.js';
import { pageSchema, rotationSchema, tokenListSchema } from './admin-schema.js';

export interface TokenAdminOptions {
  readonly authority: TokenAuthority;
  /**
   * Identifies the caller as an administrator. `undefined` answers 403. Nothing else guards the handler.
   */
  readonly authorizeAdmin: (
    request: Request,
    context: FetchContext,
  ) => MaybePromise<Admin | undefined>;
  /** The path at which the handler is mounted: `/admin` if the list is at `/admin/tokens`. Default: the root. */
  readonly basePath?: string | undefined;
  /**
   * The public origin, such as `https://admin.example.com`, from which browsers may send changes. Default:
   * the host of the request, which a proxy must then pass on.
   */
  readonly origin?: string | undefined;
  /** Called with every fault; the caller gets a 500 without details. What it throws is ignored. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * The administration of issued tokens as a JSON API; `TOKEN_ADMIN_OPENAPI` describes it. Lists and
 * single tokens never hold a secret: only the answers to creating and rotating do, once.
 *
 * A change that a browser sends from another origin is rejected, so `authorizeAdmin` may rely on a cookie
 * as well as on a bearer token.
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
  return async (request, context) => {
    try {
      checkSite(request, origin);
      const admin = await authorizeAdmin(request, context);
      // Lists never look at the administrator, so an empty object must be refused here.
      if (typeof admin?.subject !== 'string' || admin.subject === '')
        throw new AdminProblem('forbidden', 'the caller is not an administrator');
      const url = new URL(request.url);
      const path = toPathBelow(basePath, url.pathname)?.slice(1).split('/');
      if (path === undefined) throw notFound();
      return await answer({ request, path, query: url.searchParams, authority, admin, now });
    } catch (error) {
      const problem = AdminProblem.from(error);
      if (problem === undefined) notify(onError, error);
      return (problem ?? new AdminProblem('internal', 'something went wrong')).toResponse();
    }
  };
}

/** Clients other than browsers send neither header, and no ambient cookies either. */
function checkSite(request: Request, origin: string | undefined): void {
  if (request.method === 'GET' || getRequestSite(request, origin) !== 'cross-origin') return;
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
  const route = `${request.method} ${root}${path.length > 1 ? '/{id}' : ''}${action ? `/${action}` : ''}`;
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
  const { limit, cursor, ...filter } = checkSchema(tokenListSchema, readQuery(query));
  const page = await authority.list(filter, { limit, cursor });
  return json(
    200,
    toPageJson(page, (record) => toJson(record, now())),
  );
}

async function createToken({ request, authority, admin, now }: Call): Promise<Response> {
  const token = readNewToken(await readJson(request), authority);
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
  const page = await authority.audit(id, checkSchema(pageSchema, readQuery(query)));
  return json(
    200,
    toPageJson(page, (entry: AuditEntry) => ({ ...entry, at: entry.at.toISOString() })),
  );
}

/** A parameter that is sent twice becomes a list, which no schema accepts. */
function readQuery(query: URLSearchParams): Record<string, string | string[]> {
  const read = (name: string) => {
    const values = query.getAll(name);
    return [name, values.length === 1 ? (values[0] as string) : values] as const;
  };
  return Object.fromEntries([...new Set(query.keys())].map(read));
}

function toJson(record: TokenRecord, nowMs: number): Record<string, unknown> {
  const { createdAt, expiresAt, revokedAt, lastUsedAt, previousExpiresAt, ...rest } = record;
  return {
    ...rest,
    status: readStatus(record, new Date(nowMs)),
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
  return new AdminProblem('not_found', 'there is nothing here');
}

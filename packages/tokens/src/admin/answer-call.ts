import { toRouteMethod } from '@mandate/internal/head-requests';
import type { SearchLimiter } from '@mandate/internal/search-limiter';
import type { z } from 'zod';
import type { TokenFilter } from '../store/token-store.js';
import type { AuditEntry } from '../token/token-record.js';
import type { Admin, RevocationResult, TokenAuthority } from '../token-authority.js';
import { AdminProblem } from './admin-problem.js';
import { checkSchema } from './check-schema.js';
import { parseNewToken } from './parse-new-token.js';
import { readJson } from './read-json.js';
import {
  descriptionChangeSchema,
  pageSchema,
  revocationsSchema,
  rotationSchema,
  secretSchema,
  tokenCountSchema,
  tokenListSchema,
  userRevocationSchema,
} from './request-schemas.js';
import { json, toIssuedJson, toJson, toPageJson } from './token-json.js';

/** A request of an administrator. */
export interface Call {
  readonly request: Request;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly authority: TokenAuthority;
  readonly admin: Admin;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
  readonly limiter: SearchLimiter;
}

/** Routes whose second segment is not the id of a token. */
const FIXED = ['GET tokens/count', 'POST tokens/revoke', 'POST tokens/revoke-by-user'];
const FIXED_ROUTES: ReadonlySet<string> = new Set([...FIXED, 'POST tokens/find-secret']);

function toRoute({ request, path }: Call): string {
  const [root, , action] = path;
  const method = toRouteMethod(request.method);
  const fixed = `${method} ${path.join('/')}`;
  if (FIXED_ROUTES.has(fixed)) return fixed;
  return `${method} ${root}${path.length > 1 ? '/{id}' : ''}${action ? `/${action}` : ''}`;
}

/** One line per route. */
export async function answerCall(call: Call): Promise<Response> {
  const { path, authority, admin } = call;
  const [, id = ''] = path;
  if (path.length > 3) throw createNotFound();
  switch (toRoute(call)) {
    case 'GET tokens':
      return listTokens(call);
    case 'POST tokens':
      return createToken(call);
    case 'GET tokens/count':
      return countTokens(call);
    case 'POST tokens/find-secret':
      return findSecret(call);
    case 'POST tokens/revoke':
      return revokeMany(call);
    case 'POST tokens/revoke-by-user':
      return revokeByUser(call);
    case 'POST tokens/{id}/describe':
      return describeToken(call, id);
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
      throw createNotFound();
  }
}

async function listTokens({ query, authority, now }: Call): Promise<Response> {
  const { limit, cursor, sortBy, direction, ...filter } = checkSchema(
    tokenListSchema,
    toObject(query),
  );
  const page = await authority.list(toFilter(filter), { limit, cursor, sortBy, direction });
  return json(
    200,
    toPageJson(page, (record) => toJson(record, now())),
  );
}

async function countTokens({ query, authority }: Call): Promise<Response> {
  const filter = toFilter(checkSchema(tokenCountSchema, toObject(query)));
  return json(200, await authority.count(filter));
}

type FilterQuery = z.output<typeof tokenCountSchema>;

function toFilter({ isRevoked, expiresBefore, ...rest }: FilterQuery): TokenFilter {
  return {
    ...rest,
    isRevoked: isRevoked === undefined ? undefined : isRevoked === 'true',
    expiresBefore: expiresBefore === undefined ? undefined : new Date(expiresBefore),
  };
}

async function findSecret({ request, authority, admin, now, limiter }: Call): Promise<Response> {
  if (!limiter.allows(admin.subject, now())) {
    throw new AdminProblem('rate_limited', 'too many searches for secrets; try again later');
  }
  const { secret } = checkSchema(secretSchema, await readJson(request));
  return json(200, toJson(await authority.findSecret(secret), now()));
}

async function revokeMany(call: Call): Promise<Response> {
  const { ids } = checkSchema(revocationsSchema, await readJson(call.request));
  return toResultsResponse(call, await call.authority.revokeMany(ids, call.admin));
}

async function revokeByUser(call: Call): Promise<Response> {
  const { userEmail } = checkSchema(userRevocationSchema, await readJson(call.request));
  return toResultsResponse(call, await call.authority.revokeByUser(userEmail, call.admin));
}

/** Reports faults of the store to `onError` only. */
function toResultsResponse({ onError, now }: Call, results: readonly RevocationResult[]): Response {
  for (const { error } of results) if (error !== undefined) onError(error);
  const items = results.map(({ id, code, token }) => ({
    id,
    code,
    token: token && toJson(token, now()),
  }));
  return json(200, { results: items });
}

async function describeToken(
  { request, authority, admin, now }: Call,
  id: string,
): Promise<Response> {
  const { description } = checkSchema(descriptionChangeSchema, await readJson(request));
  return json(200, toJson(await authority.describe(id, description, admin), now()));
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

export function createNotFound(): AdminProblem {
  return new AdminProblem('not_found', 'not found');
}

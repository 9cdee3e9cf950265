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

export async function listTokens({ query, authority, now }: Call): Promise<Response> {
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

export async function countTokens({ query, authority }: Call): Promise<Response> {
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

export async function findSecret({
  request,
  authority,
  admin,
  now,
  limiter,
}: Call): Promise<Response> {
  if (!limiter.allows(admin.subject, now())) {
    throw new AdminProblem('rate_limited', 'too many searches for secrets; try again later');
  }
  const { secret } = checkSchema(secretSchema, await readJson(request));
  return json(200, toJson(await authority.findSecret(secret), now()));
}

export async function revokeMany(call: Call): Promise<Response> {
  const { ids } = checkSchema(revocationsSchema, await readJson(call.request));
  return toResultsResponse(call, await call.authority.revokeMany(ids, call.admin));
}

export async function revokeByUser(call: Call): Promise<Response> {
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

export async function describeToken(
  { request, authority, admin, now }: Call,
  id: string,
): Promise<Response> {
  const { description } = checkSchema(descriptionChangeSchema, await readJson(request));
  return json(200, toJson(await authority.describe(id, description, admin), now()));
}

export async function createToken({ request, authority, admin, now }: Call): Promise<Response> {
  const token = parseNewToken(await readJson(request), authority);
  return json(201, toIssuedJson(await authority.create(token, admin), now()));
}

export async function rotateToken(
  { request, authority, admin, now }: Call,
  id: string,
): Promise<Response> {
  const { overlapSeconds } = checkSchema(rotationSchema, await readJson(request));
  return json(200, toIssuedJson(await authority.rotate(id, overlapSeconds, admin), now()));
}

export async function listAudit(
  { query, authority }: Call,
  id: string | undefined,
): Promise<Response> {
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

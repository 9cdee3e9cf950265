import type { Page } from '../store/token-store.js';
import { getTokenStatus, type TokenRecord } from '../token/token-record.js';
import type { IssuedToken } from '../token-authority.js';

export function toJson(record: TokenRecord, nowMs: number): Record<string, unknown> {
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

export function toIssuedJson(issued: IssuedToken, nowMs: number): Record<string, unknown> {
  return { token: toJson(issued.token, nowMs), secret: issued.secret };
}

export function toPageJson<Item>(page: Page<Item>, toItem: (item: Item) => unknown): unknown {
  return { items: page.items.map(toItem), nextCursor: page.nextCursor };
}

export function json(status: number, body: unknown): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}

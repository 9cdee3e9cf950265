import { createHash } from 'node:crypto';
import type { Actor, Principal } from '@mandate/core';
import { getRawToken } from '@mandate/core/raw-token';

/**
 * The answer of every handler: its name, its principal, and what tells that its token is the one of the request.
 * @param holder the object in which the adapter keeps its request.
 */
export function echo(handler: string, auth: Principal | undefined, holder: object) {
  // Where no guard runs, no token is kept.
  const raw = auth === undefined ? undefined : getRawToken(holder);
  return {
    handler,
    subject: auth?.subject,
    actors: listActors(auth?.actor),
    permission: auth?.permission,
    groups: auth?.groups,
    rawToken: raw === undefined ? null : hashToken(raw.token),
    algorithm: raw?.header?.['alg'] ?? null,
  };
}

/** A short hash, because an answer must not contain the token. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}

function listActors(actor: Actor | undefined): readonly string[] {
  return actor === undefined ? [] : [actor.subject, ...listActors(actor.actor)];
}

/** Is notified of every handler that runs. */
export type Reach = (handler: string) => void;

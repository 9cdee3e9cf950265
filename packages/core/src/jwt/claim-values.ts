import { AuthError } from '../auth-error.js';
import { type Claims, getClaim } from '../claims.js';
import { createMemo } from '../jws/memo.js';
import type { Actor } from '../principal.js';

const SCOPE_CLAIMS = ['scope', 'scp', 'permissions'] as const;

/** Returns the first of the three claims that the token has. Their union could grant more than intended. */
export function getScopes(claims: Claims): readonly string[] {
  const name = SCOPE_CLAIMS.find((one) => getClaim(claims, one) !== undefined);
  const value = name === undefined ? [] : getClaim(claims, name);
  return typeof value === 'string' ? splitScopes(value) : toScopes(value);
}

// Most tokens of an issuer are granted the same scopes: they share one list.
const splitScopes = createMemo((text) =>
  Object.freeze(text.split(' ').filter((scope) => scope !== '')),
);

/** Converts a claim, or the result of a mapping function, to scopes. */
export function toScopes(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((scope) => typeof scope === 'string')) {
    return Object.freeze([...value]);
  }
  throw new AuthError('token_invalid', 'the scopes of the token are not a list of strings');
}

/** Returns the `act` claim (RFC 8693 §4.1), with the actors nested in it. */
export function getActor(claims: Claims): Actor | undefined {
  const act = getClaim(claims, 'act');
  return act === undefined ? undefined : toActor(act, 0);
}

/** Deeper delegation is rejected as malformed. */
const MAX_ACTORS = 8;

function toActor(act: unknown, depth: number): Actor {
  if (typeof act !== 'object' || act === null || depth === MAX_ACTORS) throw malformedActor();
  const { sub, act: next } = act as Record<string, unknown>;
  if (typeof sub !== 'string' || sub === '') throw malformedActor();
  return Object.freeze({
    subject: sub,
    actor: next === undefined ? undefined : toActor(next, depth + 1),
  });
}

function malformedActor(): AuthError {
  return new AuthError('token_invalid', '"act" names no actor');
}

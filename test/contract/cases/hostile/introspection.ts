import type { AuthErrorCode } from '@mandate/core';
import { bearer, type Case, get, rejected } from '../../case.js';
import { INTROSPECTED } from '../../introspected.js';

/** Opaque tokens, and authorization servers that answer with something else than one valid token. */
export const HOSTILE_INTROSPECTION: readonly Case[] = Object.entries(INTROSPECTED).flatMap(
  ([name, { what, code }]) => (code === undefined ? [] : [toCase(name, what, code)]),
);

function toCase(name: string, what: string, code: AuthErrorCode): Case {
  return {
    name: `Hostile introspection: ${what}`,
    request: get('/me', bearer(`insp_${name}`)),
    expect: rejected(code),
  };
}

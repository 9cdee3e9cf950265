import { AuthError, createGuard, type EndpointMap, type Guard } from '@mandate/core';
import { createPrincipal } from '../support/static-verifier.js';

export const SCOPES: readonly string[] = Array.from({ length: 24 }, (_, i) => `S${i}`);
export const GROUPS: readonly string[] = ['g1', 'g2', 'g3', '7'];

/** What the token of a request lacks. `undefined`: it has every scope and every group. */
export interface Lack {
  readonly scope?: string | undefined;
  readonly group?: string | undefined;
}

/** A token that has every scope and group but those. */
export function tokenWithout({ scope, group }: Lack): string {
  return `s-${scope ?? 'none'}-${group ?? 'none'}`;
}

/** What follows the group of a user in the user's address. */
export const USER_DOMAIN = '@users.example';

const principals = new Map<string, ReturnType<typeof createPrincipal>>();

function parseToken(token: string) {
  const [kind, scope, group] = token.split('-');
  if (kind !== 's') throw new AuthError('token_invalid', 'not a token of this test');
  const known = principals.get(token);
  if (known !== undefined) return known;
  const principal = createPrincipal({
    scopes: SCOPES.filter((one) => one !== scope),
    groups: GROUPS.filter((one) => one !== group),
  });
  principals.set(token, principal);
  return principal;
}

/** A guard that knows the tokens of {@link tokenWithout}. */
export function createPolicy(endpoints: EndpointMap): Guard {
  return createGuard({
    verifiers: [{ accepts: () => true, verify: ({ token }) => parseToken(token) }],
    endpoints,
  });
}

/** A guard whose tokens act as the users of their groups. */
export function createActingPolicy(endpoints: EndpointMap): Guard {
  return createGuard({
    verifiers: [
      {
        accepts: () => true,
        verify: ({ token }) => ({ ...parseToken(token), permission: 'GLOBAL' }),
      },
    ],
    endpoints,
    actAs: {
      resolveUser: (email, { groups }) =>
        groups.some((group) => email === group + USER_DOMAIN) ? email : undefined,
    },
  });
}

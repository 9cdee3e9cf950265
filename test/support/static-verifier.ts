import type { Principal, TokenVerifier } from '@mandate/core';

/** A principal of which only the given members matter. */
export function createPrincipal(overrides: Partial<Principal> = {}): Principal {
  return Object.freeze({
    subject: 'ada@example.com',
    actor: undefined,
    permission: 'USER',
    scopes: [],
    groups: [],
    tokenId: 'token-1',
    issuer: 'https://issuer.example',
    expiresAt: undefined,
    claims: {},
    ...overrides,
  });
}

/** A verifier that knows one token, `good`, without a promise. */
export function verifierOf(principal: Principal): TokenVerifier {
  return { accepts: ({ token }) => token === 'good', verify: () => principal };
}

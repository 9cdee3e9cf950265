import { createGuard, type Principal } from '@mandate/core';
import { toEndpoints } from '@mandate/core/openapi';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withPaths } from './library.js';

type Requirement = Readonly<Record<string, readonly string[]>>;

const BEARER = ['oauth', 'oidc', 'roles'];
const OTHERS = ['key', 'basic'];
const scope = fc.constantFrom('a', 'b', 'c', 'd');
const scopes = fc.uniqueArray(scope);
const requirement = fc.dictionary(fc.constantFrom(...BEARER, ...OTHERS), scopes, { maxKeys: 3 });

/** What OpenAPI says: some requirement is met, and of it every scheme with every scope. */
function isMet(security: readonly Requirement[], granted: readonly string[]): boolean {
  return security.some((all) =>
    Object.entries(all).every(
      ([scheme, needed]) => BEARER.includes(scheme) && needed.every((one) => granted.includes(one)),
    ),
  );
}

function allows(security: readonly Requirement[], granted: readonly string[]): boolean {
  const principal: Principal = {
    subject: 'ada@example.com',
    actor: undefined,
    permission: 'USER',
    scopes: granted,
    groups: [],
    tokenId: undefined,
    issuer: undefined,
    expiresAt: undefined,
    claims: {},
  };
  const guard = createGuard({
    verifiers: [{ accepts: () => true, verify: () => principal }],
    endpoints: toEndpoints(withPaths({ '/a': { get: { security } } })),
  });
  const header = (name: string) => (name === 'authorization' ? 'Bearer t' : undefined);
  const decision = guard.decide({ method: 'GET', path: '/a', header });
  return !(decision instanceof Promise) && decision.allowed;
}

test('A guard allows exactly the tokens that meet one requirement of the document in full', () => {
  fc.assert(
    fc.property(
      fc.array(requirement, { minLength: 1, maxLength: 4 }),
      scopes,
      (security, granted) => {
        const canBeMet = security.some((all) =>
          Object.keys(all).every((one) => BEARER.includes(one)),
        );
        if (canBeMet) expect(allows(security, granted)).toBe(isMet(security, granted));
        else expect(() => allows(security, granted)).toThrow(TypeError);
      },
    ),
    { numRuns: 2000 },
  );
});

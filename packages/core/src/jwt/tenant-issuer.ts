import type { Claims } from '../claims.js';
import type { VerificationKey } from '../keys/key-set.js';

/** An issuer whose tenants have names of their own; see `createTenantIssuer` of `@mandate/core/jwt`. */
export interface TenantIssuer {
  /** Whether the issuer has the form of a tenant's. */
  matches(iss: string): boolean;
  /**
   * @throws AuthError `token_invalid` if the token belongs to a tenant other than that of `iss`, or to one
   * that is not accepted.
   */
  checkTenant(claims: Claims): void;
  /** @throws AuthError `token_invalid` if the key may sign for other issuers only. */
  checkSigner(key: VerificationKey, claims: Claims): void;
}

import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { AuthError } from './auth-error.js';
import type { BearerCredentials, Credentials } from './credentials.js';
import type { Principal } from './principal.js';

/** Turns one kind of bearer token into a principal. */
export interface TokenVerifier {
  /**
   * Whether this verifier is the one for the token. It answers from what can be seen without
   * verifying: a prefix, the unverified issuer, a header. No network, no store.
   */
  accepts(credentials: Credentials): boolean;
  /**
   * Verifies the token. It answers without a promise when it can: that is what makes a decision fast.
   * @throws AuthError `token_invalid`, `token_expired`, `token_revoked`, `address_not_allowed`, or
   * `verifier_unavailable` when it cannot tell. Anything else that it throws reaches the host's error
   * handling, and the request is not let through.
   */
  verify(credentials: Credentials): MaybePromise<Principal>;
}

/**
 * The first verifier that accepts the token is the only one that is tried: a token that one verifier
 * refuses never gets a second chance with another.
 * @throws AuthError `token_invalid` if none accepts it.
 */
export function selectVerifier(
  verifiers: readonly TokenVerifier[],
  credentials: BearerCredentials,
): TokenVerifier {
  // By index: an iterator costs time in a function that is called for every request.
  for (let i = 0; i < verifiers.length; i++) {
    const verifier = verifiers[i];
    if (verifier?.accepts(credentials)) return verifier;
  }
  // A token with forbidden characters is malformed, which is another fault than unknown.
  credentials.checkCharacters();
  throw new AuthError(
    'token_invalid',
    'no verifier accepts the token: its issuer or its form is unknown',
  );
}

import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { AuthError } from './auth-error.js';
import type { Claims } from './claims.js';
import type { BearerCredentials, Credentials } from './credentials.js';
import type { Principal } from './principal.js';

/** Turns one kind of bearer token into a principal, whose claims have the type `TokenClaims`. */
export interface TokenVerifier<TokenClaims extends object = Claims> {
  /**
   * Whether the token is of this verifier's kind, judging by what can be seen without verifying: a prefix,
   * the unverified issuer, a header. It must not use a network or a store.
   */
  accepts(credentials: Credentials): boolean;
  /**
   * Verifies the token. A plain value instead of a promise makes the decision fast.
   * @throws AuthError `token_invalid`, `token_expired`, `token_revoked`, `address_not_allowed`, or
   * `verifier_unavailable` if it cannot decide. Any other error reaches the host's error handling, and
   * the request is not allowed.
   */
  verify(credentials: Credentials): MaybePromise<Principal<TokenClaims>>;
  /** Fetches what the verifier needs, such as keys, before the first request. Must not reject. */
  warmUp?(): Promise<void>;
  /** The state of everything that the verifier depends on. It must not wait. */
  health?(): readonly VerifierHealth[];
  /**
   * The audiences that it accepts, for the check of `resource` when a guard is made: one entry for each issuer, with
   * `null` for an issuer whose tokens it accepts whatever their audience. Omit it for tokens without an audience.
   */
  audiences?(): readonly VerifierAudience[];
}

/** The audiences whose tokens a verifier accepts from one issuer. */
export interface VerifierAudience {
  /** The issuer, for messages. */
  readonly name: string;
  readonly audiences: readonly string[] | null;
}

/** The claims of the principals of a verifier. */
export type VerifierClaims<Verifier> =
  Verifier extends TokenVerifier<infer TokenClaims>
    ? object extends TokenClaims
      ? Claims
      : TokenClaims
    : never;

/** The state of one thing that a verifier depends on, such as the keys of an issuer. */
export interface VerifierHealth {
  /** The issuer, or the server that the verifier asks. */
  readonly name: string;
  /** `ready`, `stale` (old, and still serving), or `unavailable`: tokens are rejected with 503. */
  readonly status: 'ready' | 'stale' | 'unavailable';
  /** The age in seconds of what was fetched; `undefined` if nothing was. */
  readonly ageSeconds?: number | undefined;
}

/**
 * Selects the first verifier that accepts the token, and only that one verifies it. A token that one verifier
 * rejects never gets a second chance with another verifier.
 * @throws AuthError `token_invalid` if no verifier accepts the token.
 */
export function selectVerifier(
  verifiers: readonly TokenVerifier[],
  credentials: BearerCredentials,
): TokenVerifier {
  for (const verifier of verifiers) {
    if (verifier.accepts(credentials)) return verifier;
  }
  // A token with forbidden characters is malformed, not unknown.
  credentials.checkCharacters();
  throw new AuthError(
    'token_invalid',
    'no verifier accepts the token: its issuer or its form is unknown',
  );
}

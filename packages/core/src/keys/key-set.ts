import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { JwtHeader } from '../jws/parse-jwt.js';

/** A public key or secret that verifies tokens. It is opaque: only key sets create it. */
export interface VerificationKey {
  readonly kid: string | undefined;
  /** Whether the key has left its set. Verifications that used it no longer count. */
  readonly withdrawn: boolean;
  /**
   * The `issuer` member of the JWK: whose tokens the key may sign, in a set that several issuers share (Entra ID).
   */
  readonly issuer?: string | undefined;
  /**
   * Returns the key imported for the algorithm, without a promise if it is already imported; `undefined` if
   * the key does not fit the algorithm.
   */
  toCryptoKey(alg: string): MaybePromise<object | undefined>;
}

/** The keys of one issuer. */
export interface KeySet {
  /**
   * Returns the keys at hand that may have signed a token with this header, and never starts a fetch. Key sets
   * without it are asked by `find`, also where another key set of the issuer has the key.
   */
  get?(header: JwtHeader): readonly VerificationKey[];
  /**
   * Finds the keys that may have signed a token with this header, without a promise if they are known;
   * empty if the issuer has no such key.
   * @throws AuthError `verifier_unavailable` if the keys cannot be fetched at the moment.
   */
  find(header: JwtHeader): MaybePromise<readonly VerificationKey[]>;
  /**
   * Whether earlier verifications with keys of this set still count, without another call of `find`. It is
   * called for every request, and starts the refresh that keeps the set current.
   */
  isCurrent(): boolean;
}

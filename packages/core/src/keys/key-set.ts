import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { JwtHeader } from '../jws/parse-jwt.js';

/** A public key (or secret) that may verify tokens. Opaque: only key sets make them. */
export interface VerificationKey {
  readonly kid: string | undefined;
  /** The key is no longer in its set: nothing that was verified with it counts any more. */
  readonly withdrawn: boolean;
  /**
   * The imported key for that algorithm, without a promise if it is at hand; `undefined` if this key
   * cannot be used with it.
   */
  toCryptoKey(alg: string): MaybePromise<object | undefined>;
}

/** The keys of one issuer. */
export interface KeySet {
  /**
   * The keys that may have signed a token with this header, without a promise if they are at hand;
   * empty if the issuer has no such key.
   * @throws AuthError `verifier_unavailable` if it cannot be found out at the moment.
   */
  find(header: JwtHeader): MaybePromise<readonly VerificationKey[]>;
  /**
   * Whether what was verified with this set's keys may still be relied on without asking `find`
   * again. It is asked on every request and starts the refresh that keeps the set current.
   */
  isCurrent(): boolean;
}

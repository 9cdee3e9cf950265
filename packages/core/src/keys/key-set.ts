import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { AuthRequest } from '../auth-request.js';
import type { JwtHeader } from '../jws/parse-jwt.js';

/** A public key or secret that verifies tokens. It is opaque: only key sets create it. */
export interface VerificationKey {
  readonly kid: string | undefined;
  /** Whether the key has left its set. Verifications that used it no longer count. */
  readonly withdrawn: boolean;
  /**
   * The `issuer` member of the JWK: whose tokens the key may sign, in a set that several issuers share (Entra
   * ID).
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
   * @param request the request that needs the keys. Its `waitUntil` keeps a fetch alive.
   * @throws AuthError `verifier_unavailable` if the keys cannot be fetched at the moment.
   */
  find(
    header: JwtHeader,
    request?: Pick<AuthRequest, 'waitUntil'>,
  ): MaybePromise<readonly VerificationKey[]>;
  /**
   * Whether earlier verifications with keys of this set still count, without another call of `find`. It is
   * called for every request, and starts the refresh that keeps the set current.
   * @param request the request. Its `waitUntil` keeps that refresh alive.
   */
  isCurrent(request?: Pick<AuthRequest, 'waitUntil'>): boolean;
  /** Fetches the keys if they are missing or old. Never rejects; {@link health} has the outcome. */
  warmUp?(): Promise<void>;
  /** The state of the keys. It starts a refresh that is due. Default: `ready`. */
  health?(): KeySetHealth;
}

/** Whether a key set can verify tokens. */
export interface KeySetHealth {
  /**
   * `ready`: the keys are current. `stale`: they are older than they should be, and still serve.
   * `unavailable`: there are none, so tokens are rejected with `verifier_unavailable`.
   */
  readonly status: 'ready' | 'stale' | 'unavailable';
  /** Seconds since the start of the fetch that returned the keys; `undefined` if they were never fetched. */
  readonly ageSeconds?: number | undefined;
}

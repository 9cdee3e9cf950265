import { IS_WORKERS } from '@mandate/internal/is-workers';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { AuthError, isAuthError } from '../auth-error.js';
import { type BearerCredentials, type Credentials, toBearerCredentials } from '../credentials.js';
import { settlesWithin } from '../keys/settles-within.js';
import { checkPrincipal, type Principal } from '../principal.js';
import type { TokenVerifier, VerifierAudience, VerifierHealth } from '../verifier.js';
import {
  type CheckedRememberOptions,
  checkRememberOptions,
  type RememberOptions,
} from './remember-options.js';
import { RememberedToken, RememberedTokens } from './remembered-tokens.js';

/** A verification that has not ended. */
interface UnderWay<TokenClaims extends object> {
  readonly verified: Promise<Principal<TokenClaims>>;
  readonly startedMs: number;
}

/** A longer rejected token is not remembered, because anyone can send one and fill the memory. */
const MAX_REJECTED_LENGTH = 2048;

/**
 * Wraps a verifier so that it remembers tokens: a remembered token is decided without a promise, requests with
 * the same unknown token share one verification, and a flood of unknown tokens is bounded.
 *
 * Wrap only a verifier whose result depends on nothing but the token. If it looks at the request, such as at
 * the caller's address, the next caller would get the same principal.
 *
 * @throws TypeError if the verifier or an option is invalid.
 *
 * @example
 * const remembering = rememberVerified(verifier, { seconds: 30 });
 */
export function rememberVerified<TokenClaims extends object>(
  verifier: TokenVerifier<TokenClaims>,
  options: RememberOptions = {},
): TokenVerifier<TokenClaims> {
  if (typeof verifier?.accepts !== 'function' || typeof verifier.verify !== 'function') {
    throw new TypeError('rememberVerified: the first argument must be a verifier');
  }
  return new RememberingVerifier(verifier, checkRememberOptions('rememberVerified', options));
}

class RememberingVerifier<TokenClaims extends object> implements TokenVerifier<TokenClaims> {
  readonly #verifier: TokenVerifier<TokenClaims>;
  readonly #options: CheckedRememberOptions;
  readonly #verified: RememberedTokens<Principal<TokenClaims>>;
  readonly #rejected: RememberedTokens<AuthError>;
  /** By the field of the token; on Workers by the request, because no request may wait for another one there. */
  readonly #underWay = new Map<unknown, UnderWay<TokenClaims>>();

  constructor(verifier: TokenVerifier<TokenClaims>, options: CheckedRememberOptions) {
    this.#verifier = verifier;
    this.#options = options;
    this.#verified = new RememberedTokens(options.maxTokens);
    this.#rejected = new RememberedTokens(options.maxRejected);
  }

  async warmUp(): Promise<void> {
    await this.#verifier.warmUp?.();
  }

  health(): readonly VerifierHealth[] {
    return this.#verifier.health?.() ?? [];
  }

  audiences(): readonly VerifierAudience[] {
    return this.#verifier.audiences?.() ?? [];
  }

  accepts(credentials: Credentials): boolean {
    const bearer = toBearerCredentials(credentials);
    // Asked about remembered tokens too, because it may depend on the request.
    if (!this.#verifier.accepts(bearer)) return false;
    bearer.memo = this.#verified.get(bearer.field);
    return true;
  }

  verify(credentials: Credentials): MaybePromise<Principal<TokenClaims>> {
    const bearer = toBearerCredentials(credentials);
    const known = this.#recall(bearer);
    if (known === undefined || !known.isValidAt(bearer.nowMs)) return this.#verifyAnew(bearer);
    // Without an expiry, the guard must check `requireExpiry` each time.
    if (known.value.expiresAt !== undefined) bearer.checkedPrincipal = known.value;
    return known.value;
  }

  /** The remembered token, if any. Usually `accepts` has just looked it up. */
  #recall({ memo, field }: BearerCredentials): RememberedToken<Principal<TokenClaims>> | undefined {
    const isOurs = memo instanceof RememberedToken && memo.owner === this.#verified;
    return isOurs ? (memo as RememberedToken<Principal<TokenClaims>>) : this.#verified.get(field);
  }

  #verifyAnew(bearer: BearerCredentials): MaybePromise<Principal<TokenClaims>> {
    const rejected = this.#rejected.get(bearer.field);
    if (rejected?.isValidAt(bearer.nowMs)) throw rejected.value;
    const underWay = this.#underWay.get(bearer.field);
    if (underWay !== undefined) return this.#join(underWay, bearer);
    if (this.#underWay.size >= this.#options.maxConcurrent) this.#forgetHanging(bearer.nowMs);
    if (this.#underWay.size >= this.#options.maxConcurrent) {
      throw new AuthError('verifier_unavailable', 'too many tokens are being verified', {
        retryAfterSeconds: 1,
      });
    }
    return this.#start(bearer);
  }

  /** Waits for another request's verification, which may hang. */
  async #join(
    underWay: UnderWay<TokenClaims>,
    bearer: BearerCredentials,
  ): Promise<Principal<TokenClaims>> {
    const { verified } = underWay;
    if (await settlesWithin(settle(verified), this.#options.timeoutMs)) return verified;
    if (this.#underWay.get(bearer.field) === underWay) this.#underWay.delete(bearer.field);
    return this.#verifyAnew(bearer);
  }

  /** Otherwise verifications that never settle would count against the limit for ever. */
  #forgetHanging(nowMs: number): void {
    for (const [field, { startedMs }] of this.#underWay) {
      if (nowMs - startedMs >= this.#options.timeoutMs) this.#underWay.delete(field);
    }
  }

  #start(bearer: BearerCredentials): MaybePromise<Principal<TokenClaims>> {
    let found: MaybePromise<Principal<TokenClaims>>;
    try {
      found = this.#verifier.verify(bearer);
      if (!isPromise(found)) return this.#accept(bearer, found);
    } catch (error) {
      throw this.#reject(bearer, error);
    }
    const key = IS_WORKERS ? bearer : bearer.field;
    const verified = this.#await(found, bearer).finally(() => {
      if (this.#underWay.get(key)?.verified === verified) this.#underWay.delete(key);
    });
    this.#underWay.set(key, { verified, startedMs: bearer.nowMs });
    return verified;
  }

  async #await(
    found: Promise<Principal<TokenClaims>>,
    bearer: BearerCredentials,
  ): Promise<Principal<TokenClaims>> {
    try {
      return this.#accept(bearer, await found);
    } catch (error) {
      throw this.#reject(bearer, error);
    }
  }

  #accept(
    { field, nowMs }: BearerCredentials,
    principal: Principal<TokenClaims>,
  ): Principal<TokenClaims> {
    // The guard does not check a remembered principal again.
    checkPrincipal(principal);
    const expiresAtMs = (principal.expiresAt ?? Number.POSITIVE_INFINITY) * 1000;
    const untilMs = Math.min(expiresAtMs, nowMs + this.#options.seconds * 1000);
    this.#verified.set(field, principal, { fromMs: nowMs, untilMs });
    return principal;
  }

  /** Remembers a rejection only if the token itself is the cause. An outage or a fault may end at any time. */
  #reject({ field, nowMs, length }: BearerCredentials, error: unknown): unknown {
    if (isAuthError(error) && REJECTIONS.has(error.code) && length <= MAX_REJECTED_LENGTH) {
      const untilMs = nowMs + this.#options.rejectedSeconds * 1000;
      this.#rejected.set(field, error, { fromMs: nowMs, untilMs });
    }
    return error;
  }
}

const REJECTIONS: ReadonlySet<string> = new Set([
  'token_invalid',
  'token_expired',
  'token_revoked',
]);

const settle = (promise: Promise<unknown>) =>
  promise.then(
    () => {},
    () => {},
  );

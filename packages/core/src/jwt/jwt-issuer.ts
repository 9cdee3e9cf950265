import type { ClaimValue, JwtClaims } from '../claims.js';
import type { AsymmetricAlgorithm } from '../jws/algorithms.js';
import type { KeySet } from '../keys/key-set.js';
import type { Permission } from '../principal.js';

/** One issuer of JWTs and what its tokens must look like. */
export type JwtIssuer = JwtIssuerRules & (JwtPublicKeys | JwtSecret);

/** Keys that the issuer publishes: the usual case. */
export interface JwtPublicKeys {
  /** From `createKeySet({ url })` or `createLocalKeySet(jwks)`. */
  readonly keys: KeySet;
  /** The algorithms that are accepted. Default: all asymmetric ones. `none` is not one of them. */
  readonly algorithms?: readonly AsymmetricAlgorithm[] | undefined;
  readonly secret?: undefined;
}

/** A secret shared with the issuer. Every party that can verify a token can then also issue one. */
export interface JwtSecret {
  /** At least as many bytes as the hash of the algorithm has (RFC 7518 §3.2). It is copied. */
  readonly secret: Uint8Array;
  /** The one algorithm. Never mixed with public keys: that is how tokens are forged. */
  readonly algorithm: 'HS256' | 'HS384' | 'HS512';
  readonly keys?: undefined;
}

/**
 * What `subject`, `permission` and `scopes` return is checked like a claim: if it has the wrong type, the
 * token is refused with `token_invalid`. Mapping functions are synchronous. One that returns a promise is
 * a fault of the application: the request ends in the host's error handling.
 */
export interface JwtIssuerRules {
  /**
   * The `iss` of its tokens, compared exactly (RFC 8414 §2: no trailing slash is added or removed); a list if
   * the issuer has several names. `null` accepts every issuer that no other entry names. Use it only for
   * keys that no other issuer signs with.
   */
  readonly issuer: string | readonly string[] | null;
  /**
   * The `aud` of this API; a list holds alternatives. `null` accepts tokens for any audience, including tokens
   * that were issued for another API.
   */
  readonly audience: string | readonly string[] | null;
  /**
   * RFC 9068 §4 in full: `typ` must be `at+jwt`, and `sub`, `client_id`, `iat` and `jti` present.
   * Default `false`, which also accepts `typ: JWT` or none, as most issuers write today.
   */
  readonly strict?: boolean | undefined;
  /** Seconds by which clocks may differ. Default 5. It lengthens a token's life at both ends. */
  readonly clockToleranceSeconds?: number | undefined;
  /** Seconds after `iat` from which a token is rejected even if `exp` is later. Default: no such limit. */
  readonly maxTokenAgeSeconds?: number | undefined;
  /**
   * Who the token is for. Default: `sub`. Many issuers have the e-mail address in `email`:
   * `(claims) => claims.email`. A `sub` that is missing or empty matters only if this reads it.
   */
  readonly subject?: ((claims: JwtClaims) => ClaimValue) | undefined;
  /**
   * On whose behalf the token may be used. Default `'USER'`: an OAuth token stands for its own user and
   * may not act as another. If a function returns anything but a {@link Permission}, the token is refused.
   */
  readonly permission?: Permission | ((claims: JwtClaims) => ClaimValue) | undefined;
  /**
   * What the token may do. Default: the first of `scope`, `scp` and `permissions` that it has, a
   * string separated by spaces (RFC 6749 §3.3) or a list. `'all'` is for identity providers that issue
   * no scopes: every token of theirs then has every scope. If a function returns anything but a list of
   * strings, the token is refused.
   */
  readonly scopes?: 'all' | ((claims: JwtClaims) => ClaimValue) | undefined;
  /**
   * The groups of the token. Default: `groupid` if the token has it, and then only that, otherwise `groups`. A
   * group is a non-empty string or an integer, and a single group need not be in a list. `null` means without
   * groups. Any other value means the same, and the reason of a `group_mismatch` says so.
   */
  readonly groups?: ((claims: JwtClaims) => ClaimValue) | undefined;
}

import type { Claims } from '../claims.js';
import type { ASYMMETRIC_ALGORITHMS } from '../keys/jwk.js';
import type { KeySet } from '../keys/key-set.js';
import type { Permission } from '../principal.js';

/** An asymmetric signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2). */
export type AsymmetricAlgorithm = (typeof ASYMMETRIC_ALGORITHMS)[number];

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

/** A secret shared with the issuer. Whoever can verify can then also issue. */
export interface JwtSecret {
  /** At least as many bytes as the algorithm's hash has (RFC 7518 §3.2). It is copied. */
  readonly secret: Uint8Array;
  /** The one algorithm. Never mixed with public keys: that is how tokens are forged. */
  readonly algorithm: 'HS256' | 'HS384' | 'HS512';
  readonly keys?: undefined;
}

/**
 * What `subject`, `permission`, `scopes` and `groups` return is checked like a claim: a token for which
 * they return something else than their type says is refused with `token_invalid`.
 */
export interface JwtIssuerRules {
  /**
   * The `iss` of its tokens, compared to the letter (RFC 8414 §2: no trailing slash is added or
   * removed); several if the issuer goes by several names. Writing `null` accepts every issuer that no
   * other entry names: only for keys that nobody else signs with.
   */
  readonly issuer: string | readonly string[] | null;
  /**
   * The `aud` that this API goes by; several are alternatives. Writing `null` accepts tokens for any
   * audience, and so tokens that were issued for another API.
   */
  readonly audience: string | readonly string[] | null;
  /**
   * RFC 9068 §4 in full: `typ` must be `at+jwt`, and `sub`, `client_id`, `iat` and `jti` present.
   * Default `false`, which also accepts `typ: JWT` or none, as most issuers write today.
   */
  readonly strict?: boolean | undefined;
  /** Seconds by which clocks may differ. Default 5. It lengthens a token's life at both ends. */
  readonly clockToleranceSeconds?: number | undefined;
  /** Seconds after `iat` when a token is refused even if `exp` is later. Default: no such limit. */
  readonly maxTokenAgeSeconds?: number | undefined;
  /** Who the token is for. Default: `sub`. E-mail addresses are `(claims) => claims.email` at many. */
  readonly subject?: ((claims: Claims) => unknown) | undefined;
  /**
   * On whose behalf the token may be used. Default `'USER'`: an OAuth token stands for its own user and
   * may not act as another. What a function returns that is no {@link Permission} refuses the token.
   */
  readonly permission?: Permission | ((claims: Claims) => unknown) | undefined;
  /**
   * What the token may do. Default: the first of `scope`, `scp` and `permissions` that it has, a
   * string separated by spaces (RFC 6749 §3.3) or a list. `'all'` is for identity providers that issue
   * no scopes: every token of theirs then has every scope. What a function returns that is no list of
   * strings refuses the token.
   */
  readonly scopes?: 'all' | ((claims: Claims) => unknown) | undefined;
  /**
   * The groups of the token. Default: `groupid` if it has one, and then only that, else `groups`. What
   * a function returns that is no list of strings and integers refuses the token.
   */
  readonly groups?: ((claims: Claims) => unknown) | undefined;
}

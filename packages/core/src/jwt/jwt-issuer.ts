import type { Claims, ClaimValue, JwtClaims } from '../claims.js';
import type { AsymmetricAlgorithm } from '../jws/algorithms.js';
import type { KeySet } from '../keys/key-set.js';
import type { Permission } from '../principal.js';
import type { ClaimsSchema } from './claims-schema.js';
import type { TenantIssuer } from './tenant-issuer.js';

/**
 * How claims become a principal. What `subject`, `permission` and `scopes` return is checked like a claim: if
 * it has the wrong type, the token is rejected with `token_invalid`. The functions are synchronous. A
 * function that returns a promise is a fault of the application: the request ends in the host's error
 * handling. `Output` is what the schema outputs.
 */
export interface ClaimMappings<Output = Claims> {
  /**
   * A {@link https://standardschema.dev Standard Schema} of the claims, such as one of zod, valibot or
   * ArkType. It must be synchronous. A token that does not match is rejected with `token_invalid`. Its output
   * becomes `principal.claims`, and its type theirs; the mappings below receive the claims as they are in the token.
   */
  readonly claims?: ClaimsSchema<Output & object> | undefined;
  /**
   * Who the token is for. Default: `sub`. Many issuers have the e-mail address in `email`:
   * `(claims) => claims.email`. A `sub` that is missing or empty matters only if this reads it.
   */
  readonly subject?: ((claims: JwtClaims) => ClaimValue) | undefined;
  /**
   * On whose behalf the token may be used. Default `'USER'`: an OAuth token stands for its own user and
   * may not act as another. If a function returns anything but a {@link Permission}, the token is rejected.
   */
  readonly permission?: Permission | ((claims: JwtClaims) => ClaimValue) | undefined;
  /**
   * What the token may do. Default: the first of `scope`, `scp` and `permissions` that it has, a
   * string separated by spaces (RFC 6749 §3.3) or a list. `'all'` is for identity providers that issue
   * no scopes: every token of theirs then has every scope. If a function returns anything but a list of
   * strings, the token is rejected.
   */
  readonly scopes?: 'all' | ((claims: JwtClaims) => ClaimValue) | undefined;
  /**
   * The groups of the token. Default: `groupid` if the token has it, and then only that, otherwise `groups`. A
   * group is a non-empty string or an integer, and a single group need not be in a list. `null` means no
   * groups. So does any other value, and the reason of a `group_mismatch` states it.
   */
  readonly groups?: ((claims: JwtClaims) => ClaimValue) | undefined;
}

/** One issuer of JWTs, its keys, and what its tokens must look like. */
export interface JwtIssuer<Output = Claims> extends ClaimMappings<Output> {
  /**
   * The `iss` of its tokens, compared exactly (RFC 8414 §2: no trailing slash is added or removed); a list if
   * the issuer has several names; a {@link TenantIssuer} if each tenant has its own. `null` accepts every
   * issuer that no other entry names. Use it only for keys that no other issuer signs with.
   */
  readonly issuer: string | readonly string[] | TenantIssuer | null;
  /**
   * Its public keys, from `createKeySet` or `createLocalKeySet`; several sets are searched as one. Default,
   * unless `secret` is set: `createKeySet({ issuer })`, which finds the keys through the issuer's metadata.
   */
  readonly keys?: KeySet | readonly KeySet[] | undefined;
  /** The algorithms that `keys` verify. Default: all asymmetric ones. `none` is not one of them. */
  readonly algorithms?: readonly AsymmetricAlgorithm[] | undefined;
  /**
   * A secret shared with the issuer, or several while it changes. Every party that can verify a token can
   * then also issue one. At least as many bytes as the hash of `algorithm` has (RFC 7518 §3.2). It is copied.
   * Beside `keys`, each verifies only its own algorithms, so a public key is never used as a secret.
   */
  readonly secret?: Uint8Array | readonly Uint8Array[] | undefined;
  /** The one algorithm of `secret`. Required with it. */
  readonly algorithm?: 'HS256' | 'HS384' | 'HS512' | undefined;
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
  /**
   * The accepted `typ` of the header (RFC 7515 §4.1.9), compared without case and without `application/`;
   * `null` accepts a token without one. Default: `['at+jwt', 'JWT', null]`, and with `strict` only `at+jwt`.
   * Any other type is another kind of token (RFC 8725 §3.11).
   */
  readonly types?: readonly (string | null)[] | undefined;
  /**
   * The clients whose tokens are accepted, for issuers whose tokens have no `aud`, and for an API of few
   * clients. Each of the claims `azp`, `client_id`, `cid` and `appid` that a token has must be one of them,
   * and it must have at least one. Default: any client.
   */
  readonly clientIds?: readonly string[] | undefined;
  /**
   * Rejects a token by its verified claims: returns the reason, which `onDecision` receives and the caller does
   * not, or `undefined` to accept. Anything else is a fault, and the request is not allowed. It runs once per
   * token, so it may depend on nothing but the claims.
   */
  readonly refuseClaims?: ((claims: JwtClaims) => string | undefined) | undefined;
  /** Seconds by which clocks may differ. Default 5. It lengthens a token's life at both ends. */
  readonly clockToleranceSeconds?: number | undefined;
  /** Seconds after `iat` from which a token is rejected even if `exp` is later. Default: no such limit. */
  readonly maxTokenAgeSeconds?: number | undefined;
  /**
   * Seconds by which `iat` may lie in the future, beside `clockToleranceSeconds`. A later one is rejected.
   * Default: no limit, because RFC 7519 §4.1.6 sets none; with `strict` 60.
   */
  readonly maxFutureIatSeconds?: number | undefined;
}

import { AuthError } from '../auth-error.js';
import { ASYMMETRIC_ALGORITHMS } from '../keys/jwk.js';
import type { KeySet } from '../keys/key-set.js';
import { createSecretKeySet, HMAC_ALGORITHMS } from '../keys/secret-key-set.js';
import { isPermission, type Permission, type Principal } from '../principal.js';
import { type ClaimRules, type Claims, readClaim } from './claims.js';
import type { HeaderRules } from './header.js';
import { readActor, readGroups, readScopes, toGroups, toScopes } from './read-claims.js';

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
  /** Default `'USER'`: an OAuth token stands for its own user and may not act as another. */
  readonly permission?: Permission | ((claims: Claims) => Permission) | undefined;
  /**
   * What the token may do. Default: the first of `scope`, `scp` and `permissions` that it has, a
   * string separated by spaces (RFC 6749 §3.3) or a list. `'all'` is for identity providers that issue
   * no scopes: every token of theirs then has every scope.
   */
  readonly scopes?: 'all' | ((claims: Claims) => readonly string[]) | undefined;
  /**
   * The groups of the token. Default: `groupid` if it has one, and then only that, else `groups`.
   */
  readonly groups?: ((claims: Claims) => readonly (string | number)[]) | undefined;
}

/** A {@link JwtIssuer} made ready: everything that does not depend on the token is done. */
export interface Issuer extends ClaimRules, HeaderRules {
  readonly names: readonly string[] | null;
  readonly keys: KeySet;
  toPrincipal(claims: Claims): Principal;
}

/** @throws TypeError if the description cannot be meant. */
export function compileIssuer(issuer: JwtIssuer): Issuer {
  const names = readNames('issuer', issuer.issuer);
  const audiences = readNames('audience', issuer.audience);
  const strict = issuer.strict ?? false;
  if (strict && (names === null || audiences === null)) {
    throw new TypeError('JwtIssuer: a strict issuer needs an issuer and an audience');
  }
  return {
    names,
    strict,
    audiences: audiences && new Set(audiences),
    clockToleranceSeconds: readSeconds('clockToleranceSeconds', issuer.clockToleranceSeconds ?? 5),
    maxTokenAgeSeconds:
      issuer.maxTokenAgeSeconds === undefined
        ? undefined
        : readSeconds('maxTokenAgeSeconds', issuer.maxTokenAgeSeconds),
    ...compileKeys(issuer),
    toPrincipal: compileToPrincipal(issuer),
  };
}

function readNames(
  option: 'issuer' | 'audience',
  value: string | readonly string[] | null,
): readonly string[] | null {
  if (value === null) return null;
  const names = [value].flat();
  if (names.length > 0 && names.every((name) => typeof name === 'string' && name !== '')) {
    return names;
  }
  throw new TypeError(`JwtIssuer: ${option} must be a name, a list of names, or null`);
}

function readSeconds(option: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new TypeError(`JwtIssuer: ${option} must be a number of seconds`);
}

function compileKeys(issuer: JwtIssuer): { keys: KeySet; algorithms: ReadonlySet<string> } {
  if (issuer.secret !== undefined) {
    if ('keys' in issuer && issuer.keys !== undefined) {
      throw new TypeError('JwtIssuer: keys and secret are never mixed');
    }
    const minBytes = HMAC_ALGORITHMS[issuer.algorithm]?.minBytes;
    if (minBytes === undefined)
      throw new TypeError('JwtIssuer: algorithm must be HS256, HS384 or HS512');
    // A string of that length would be copied as so many zeros, which anybody can sign with.
    if (!(issuer.secret instanceof Uint8Array)) {
      throw new TypeError('JwtIssuer: the secret must be a Uint8Array');
    }
    if (issuer.secret.length < minBytes) {
      throw new TypeError(`JwtIssuer: the secret must have ${minBytes} bytes or more`);
    }
    return { keys: createSecretKeySet(issuer.secret), algorithms: new Set([issuer.algorithm]) };
  }
  if (issuer.keys === undefined) throw new TypeError('JwtIssuer: keys or secret is required');
  const algorithms = issuer.algorithms ?? ASYMMETRIC_ALGORITHMS;
  const unknown = algorithms.find((alg) => !ASYMMETRIC_ALGORITHMS.includes(alg));
  if (unknown !== undefined || algorithms.length === 0) {
    throw new TypeError(
      `JwtIssuer: algorithms must be some of ${ASYMMETRIC_ALGORITHMS.join(', ')}`,
    );
  }
  return { keys: issuer.keys, algorithms: new Set(algorithms) };
}

/** The mappings, and the constants that each may be instead of a function. */
const MAPPINGS = {
  subject: [],
  permission: ['GLOBAL', 'USER', 'ANONYMOUS'],
  scopes: ['all'],
  groups: [],
} as const;

function checkMappings(issuer: JwtIssuerRules): void {
  for (const [name, constants] of Object.entries(MAPPINGS)) {
    const mapping: unknown = issuer[name as keyof typeof MAPPINGS];
    if (mapping === undefined || typeof mapping === 'function') continue;
    if (constants.some((constant) => constant === mapping)) continue;
    throw new TypeError(`JwtIssuer: ${name} must be ${['a function', ...constants].join(' or ')}`);
  }
}

function compileToPrincipal(issuer: JwtIssuer): (claims: Claims) => Principal {
  const { subject, permission = 'USER', scopes = readScopes, groups = readGroups } = issuer;
  checkMappings(issuer);
  return (claims) => {
    const who = subject === undefined ? readClaim(claims, 'sub') : subject(claims);
    if (typeof who !== 'string' || who === '') {
      throw new AuthError('token_invalid', 'the token names no subject');
    }
    const granted = typeof permission === 'function' ? permission(claims) : permission;
    if (!isPermission(granted)) {
      throw new AuthError('token_invalid', 'the token has no permission');
    }
    return Object.freeze({
      subject: who,
      actor: readActor(claims),
      permission: granted,
      scopes: scopes === 'all' ? 'all' : Object.freeze(toScopes(scopes(claims))),
      groups: Object.freeze(toGroups(groups(claims))),
      tokenId: readClaim(claims, 'jti') as string | undefined,
      issuer: readClaim(claims, 'iss') as string | undefined,
      expiresAt: readClaim(claims, 'exp') as number | undefined,
      claims,
    });
  };
}

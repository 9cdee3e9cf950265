import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import { isPromise } from '@mandate/internal/maybe-promise';
import { AuthError } from '../auth-error.js';
import { type Claims, getClaim, type JwtClaims } from '../claims.js';
import { getGroups, toGroups } from '../group-claims.js';
import { ALGORITHMS, ASYMMETRIC_ALGORITHMS } from '../jws/algorithms.js';
import type { KeySet } from '../keys/key-set.js';
import { createSecretKeySet } from '../keys/secret-key-set.js';
import { isPermission, type Principal } from '../principal.js';
import type { ClaimRules, Validity } from './check-claims.js';
import type { HeaderRules } from './header.js';
import type { JwtIssuer, JwtIssuerRules, JwtPublicKeys, JwtSecret } from './jwt-issuer.js';
import { getActor, getScopes, toScopes } from './read-claims.js';

/** A compiled {@link JwtIssuer}: everything that does not depend on the token is done once. */
export interface Issuer extends ClaimRules, HeaderRules {
  readonly names: readonly string[] | null;
  readonly keys: KeySet;
  toPrincipal(claims: Claims, validity: Validity): Principal;
}

const OPTIONS: OptionNames<JwtIssuerRules> = {
  issuer: true,
  audience: true,
  strict: true,
  clockToleranceSeconds: true,
  maxTokenAgeSeconds: true,
  subject: true,
  permission: true,
  scopes: true,
  groups: true,
};
const PUBLIC_KEY_OPTIONS: OptionNames<JwtIssuerRules & JwtPublicKeys> = {
  ...OPTIONS,
  keys: true,
  algorithms: true,
  secret: true,
};
const SECRET_OPTIONS: OptionNames<JwtIssuerRules & JwtSecret> = {
  ...OPTIONS,
  secret: true,
  algorithm: true,
  keys: true,
};

/** @throws TypeError if an option of the issuer is unknown or invalid. */
export function compileIssuer(issuer: JwtIssuer): Issuer {
  if (issuer?.secret === undefined) {
    checkOptions<JwtIssuerRules & JwtPublicKeys>('JwtIssuer', issuer, PUBLIC_KEY_OPTIONS);
  } else checkOptions<JwtIssuerRules & JwtSecret>('JwtIssuer', issuer, SECRET_OPTIONS);
  const names = toNames('issuer', issuer.issuer);
  const audiences = toNames('audience', issuer.audience);
  const strict = issuer.strict ?? false;
  if (strict && (names === null || audiences === null)) {
    throw new TypeError('JwtIssuer: strict requires an issuer and an audience');
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

function toNames(
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
      throw new TypeError('JwtIssuer: keys and secret exclude each other');
    }
    const minBytes = ALGORITHMS.get(issuer.algorithm)?.secret?.minBytes;
    if (minBytes === undefined)
      throw new TypeError('JwtIssuer: algorithm must be HS256, HS384 or HS512');
    // A string would be copied as zeros, and anyone could sign with that key.
    if (!(issuer.secret instanceof Uint8Array)) {
      throw new TypeError('JwtIssuer: the secret must be a Uint8Array');
    }
    if (issuer.secret.length < minBytes) {
      throw new TypeError(`JwtIssuer: the secret must have ${minBytes} bytes or more`);
    }
    return { keys: createSecretKeySet(issuer.secret), algorithms: new Set([issuer.algorithm]) };
  }
  if (issuer.keys === undefined) throw new TypeError('JwtIssuer: keys or secret is required');
  // Otherwise a URL or a JWK Set would fail at the first token.
  if (typeof issuer.keys?.find !== 'function' || typeof issuer.keys.isCurrent !== 'function') {
    throw new TypeError('JwtIssuer: keys must be made by createKeySet or createLocalKeySet');
  }
  const algorithms = issuer.algorithms ?? ASYMMETRIC_ALGORITHMS;
  const unknown = algorithms.find((alg) => !ASYMMETRIC_ALGORITHMS.includes(alg));
  if (unknown !== undefined || algorithms.length === 0) {
    throw new TypeError(
      `JwtIssuer: algorithms must be some of ${ASYMMETRIC_ALGORITHMS.join(', ')}`,
    );
  }
  return { keys: issuer.keys, algorithms: new Set(algorithms) };
}

/** The mappings, and the constants that are allowed instead of a function. */
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

function compileToPrincipal(issuer: JwtIssuer): Issuer['toPrincipal'] {
  checkMappings(issuer);
  const toSubject = compileMapping(issuer, 'subject') ?? ((claims) => getClaim(claims, 'sub'));
  const toPermission = compileMapping(issuer, 'permission') ?? (() => issuer.permission ?? 'USER');
  const toGranted = compileScopeMapping(issuer);
  const toNamed = compileMapping(issuer, 'groups') ?? getGroups;
  return (claims, validity) => {
    const subject = toSubject(claims);
    if (typeof subject !== 'string' || subject === '') {
      throw new AuthError('token_invalid', 'the token has no subject');
    }
    const permission = toPermission(claims);
    if (!isPermission(permission)) {
      throw new AuthError('token_invalid', 'the token has no permission');
    }
    return Object.freeze({
      subject,
      actor: getActor(claims),
      permission,
      scopes: toGranted(claims),
      groups: toGroups(toNamed(claims)),
      tokenId: getClaim(claims, 'jti') as string | undefined,
      issuer: getClaim(claims, 'iss') as string | undefined,
      expiresAt: validity.untilMs / 1000,
      claims,
    });
  };
}

function compileScopeMapping(issuer: JwtIssuer): (claims: Claims) => Principal['scopes'] {
  if (issuer.scopes === 'all') return () => 'all';
  const mapping = compileMapping(issuer, 'scopes');
  return mapping === undefined ? getScopes : (claims) => toScopes(mapping(claims));
}

/**
 * Returns the mapping function of that name with a check: a promise would make every token invalid, so it is
 * reported as a fault. Returns `undefined` if the option is not a function.
 */
function compileMapping(
  issuer: JwtIssuer,
  name: keyof typeof MAPPINGS,
): ((claims: Claims) => unknown) | undefined {
  const mapping = issuer[name];
  if (typeof mapping !== 'function') return undefined;
  const owner = `JwtIssuer ${JSON.stringify(issuer.issuer)}`;
  return (claims) => {
    const value: unknown = mapping(claims as JwtClaims);
    if (!isPromise(value)) return value;
    // Otherwise its rejection would end the process.
    value.then(undefined, () => {});
    throw new TypeError(`${owner}: ${name} returned a promise; it must return the value itself`);
  };
}

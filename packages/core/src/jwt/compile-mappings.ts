import { isPromise } from '@mandate/internal/maybe-promise';
import { AuthError } from '../auth-error.js';
import { type Claims, getClaim, type JwtClaims } from '../claims.js';
import { getGroups, toGroups } from '../group-claims.js';
import { isPermission, type Principal } from '../principal.js';
import type { Validity } from './check-claims.js';
import { applySchema } from './claims-schema.js';
import type { JwtIssuer } from './jwt-issuer.js';
import { getActor, getScopes, toScopes } from './read-claims.js';

export type ToPrincipal = (claims: Claims, validity: Validity) => Principal;

/** The mappings, and the constants that are allowed instead of a function. */
const MAPPINGS = {
  subject: [],
  permission: ['GLOBAL', 'USER', 'ANONYMOUS'],
  scopes: ['all'],
  groups: [],
} as const;

function checkMappings(issuer: JwtIssuer): void {
  for (const [name, constants] of Object.entries(MAPPINGS)) {
    const mapping: unknown = issuer[name as keyof typeof MAPPINGS];
    if (mapping === undefined || typeof mapping === 'function') continue;
    if (constants.some((constant) => constant === mapping)) continue;
    throw new TypeError(`JwtIssuer: ${name} must be ${['a function', ...constants].join(' or ')}`);
  }
}

/** @throws TypeError if a mapping is neither a function nor one of its constants. */
export function compileMappings(issuer: JwtIssuer): ToPrincipal {
  checkMappings(issuer);
  const { claims: schema } = issuer;
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
      claims: schema === undefined ? claims : applySchema(schema, claims),
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

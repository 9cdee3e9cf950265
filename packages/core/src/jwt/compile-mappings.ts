import { isPromise } from '@mandate/internal/maybe-promise';
import { AuthError } from '../auth-error.js';
import { type Claims, getClaim, type JwtClaims } from '../claims.js';
import { getGroups, toGroups } from '../group-claims.js';
import { isPermission, type Principal } from '../principal.js';
import type { Validity } from './check-claims.js';
import { getActor, getScopes, toScopes } from './claim-values.js';
import { applySchema, checkClaimsSchema } from './claims-schema.js';
import type { ClaimMappings } from './jwt-issuer.js';

export type ToPrincipal<TokenClaims extends object = Claims> = (
  claims: Claims,
  validity: Validity,
) => Principal<TokenClaims>;

/** The mappings, and the constants that are allowed instead of a function. */
const MAPPINGS = {
  subject: [],
  permission: ['GLOBAL', 'USER', 'ANONYMOUS'],
  scopes: ['all'],
  groups: [],
} as const;

function checkMappings(mappings: ClaimMappings<unknown>, owner: string): void {
  for (const [name, constants] of Object.entries(MAPPINGS)) {
    const mapping: unknown = mappings[name as keyof typeof MAPPINGS];
    if (mapping === undefined || typeof mapping === 'function') continue;
    if (constants.some((constant) => constant === mapping)) continue;
    throw new TypeError(`${owner}: ${name} must be ${['a function', ...constants].join(' or ')}`);
  }
}

/**
 * @param owner what has the mappings, for messages.
 * @throws TypeError if a mapping is neither a function nor one of its constants.
 */
export function compileMappings(mappings: ClaimMappings<unknown>, owner: string): ToPrincipal {
  checkMappings(mappings, owner);
  const { claims: schema, permission: constant = 'USER' } = mappings;
  if (schema !== undefined) checkClaimsSchema(schema, owner);
  const compile = (name: keyof typeof MAPPINGS) => compileMapping(mappings[name], name, owner);
  const toSubject = compile('subject') ?? ((claims) => getClaim(claims, 'sub'));
  const toPermission = compile('permission') ?? (() => constant);
  const toGranted =
    mappings.scopes === 'all' ? () => 'all' as const : toScopeMapping(compile('scopes'));
  const toNamed = compile('groups') ?? getGroups;
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
      claims: schema === undefined ? claims : applySchema(schema, claims, owner),
    });
  };
}

function toScopeMapping(mapping: Mapping | undefined): (claims: Claims) => Principal['scopes'] {
  return mapping === undefined ? getScopes : (claims) => toScopes(mapping(claims));
}

type Mapping = (claims: Claims) => unknown;

/**
 * Returns the mapping function with a check: a promise would make every token invalid, so it is reported as a
 * fault. Returns `undefined` if the option is not a function.
 */
function compileMapping(mapping: unknown, name: string, owner: string): Mapping | undefined {
  if (typeof mapping !== 'function') return undefined;
  return (claims) => {
    const value: unknown = mapping(claims as JwtClaims);
    if (!isPromise(value)) return value;
    // Otherwise its rejection would end the process.
    value.then(undefined, () => {});
    throw new TypeError(`${owner}: ${name} returned a promise; it must return the value itself`);
  };
}

import { checkFunctions } from '@mandate/internal/check-functions';
import { checkNumber } from '@mandate/internal/check-number';
import { checkOptions } from '@mandate/internal/check-options';
import type { Claims } from '../claims.js';
import type { VerificationKey } from '../keys/key-set.js';
import type { ClaimRules } from './check-claims.js';
import { compileKeys, type IssuerKeys } from './compile-keys.js';
import { compileMappings, type ToPrincipal } from './compile-mappings.js';
import { type HeaderRules, toTypes } from './header.js';
import type { JwtIssuer } from './jwt-issuer.js';
import { createRefusal } from './refuse-claims.js';
import type { TenantIssuer } from './tenant-issuer.js';

const TEN_YEARS_SECONDS = 315_360_000;

/** A compiled {@link JwtIssuer}: everything that does not depend on the token is done once. */
export interface Issuer<TokenClaims extends object = Claims>
  extends ClaimRules,
    HeaderRules,
    IssuerKeys {
  /** For {@link VerifierHealth}. */
  readonly label: string;
  /** Its names; `null` for every issuer that no other entry names. */
  readonly names: readonly string[] | null;
  /** Checks what only a verified token may be asked. Throws AuthError. */
  readonly checkVerified: (claims: Claims, key: VerificationKey) => void;
  readonly toPrincipal: ToPrincipal<TokenClaims>;
}

/** @throws TypeError if an option of the issuer is unknown or invalid. */
export function compileIssuer(issuer: JwtIssuer<unknown>): Issuer {
  checkIssuerOptions(issuer);
  const tenant = toTenantIssuer(issuer.issuer);
  const names = tenant === undefined ? toNames('issuer', issuer.issuer as string) : [];
  const reject = createRefusal(issuer.refuseClaims);
  return {
    label: names?.[0] ?? (tenant === undefined ? 'any issuer' : 'tenants'),
    names,
    tenant,
    ...compileRules(issuer, names),
    ...compileKeys(issuer),
    checkVerified: (claims, key) => {
      tenant?.checkSigner(key, claims);
      reject?.(claims);
    },
    toPrincipal: compileMappings(
      issuer,
      `JwtIssuer ${JSON.stringify(tenant ? 'of tenants' : issuer.issuer)}`,
    ),
  };
}

function checkIssuerOptions(issuer: JwtIssuer<unknown>): void {
  checkOptions<JwtIssuer<unknown>>('JwtIssuer', issuer, {
    issuer: true,
    audience: true,
    keys: true,
    algorithms: true,
    secret: true,
    algorithm: true,
    strict: true,
    types: true,
    clientIds: true,
    refuseClaims: true,
    claims: true,
    clockToleranceSeconds: true,
    maxTokenAgeSeconds: true,
    maxFutureIatSeconds: true,
    subject: true,
    permission: true,
    scopes: true,
    groups: true,
  });
  checkFunctions('JwtIssuer', issuer, ['refuseClaims']);
}

function compileRules(
  issuer: JwtIssuer<unknown>,
  names: Issuer['names'],
): Omit<ClaimRules, 'tenant'> & HeaderRulesOnly {
  const { strict = false, clientIds } = issuer;
  const audiences = toNames('audience', issuer.audience);
  if (strict && (names === null || audiences === null)) {
    throw new TypeError('JwtIssuer: strict requires an issuer and an audience');
  }
  return {
    strict,
    types: toTypes(issuer.types, strict),
    audiences: audiences && new Set(audiences),
    clientIds: clientIds === undefined ? undefined : new Set(toNames('clientIds', clientIds)),
    clockToleranceSeconds: toSeconds(issuer, 'clockToleranceSeconds') ?? 5,
    maxTokenAgeSeconds: toSeconds(issuer, 'maxTokenAgeSeconds'),
    maxFutureIatSeconds: toSeconds(issuer, 'maxFutureIatSeconds') ?? (strict ? 60 : undefined),
  };
}

type HeaderRulesOnly = Omit<HeaderRules, 'algorithms'>;

function toTenantIssuer(issuer: JwtIssuer['issuer']): TenantIssuer | undefined {
  if (typeof issuer !== 'object' || issuer === null || !('checkTenant' in issuer)) return undefined;
  return issuer;
}

function toNames(
  option: 'issuer' | 'audience' | 'clientIds',
  value: string | readonly string[] | null,
): readonly string[] | null {
  if (value === null && option !== 'clientIds') return null;
  const names = [value].flat();
  if (names.length > 0 && names.every((name) => typeof name === 'string' && name !== '')) {
    return names as readonly string[];
  }
  const allowed = option === 'clientIds' ? 'a list of names' : 'a name, a list of names, or null';
  throw new TypeError(`JwtIssuer: ${option} must be ${allowed}`);
}

function toSeconds(
  issuer: JwtIssuer<unknown>,
  option: 'clockToleranceSeconds' | 'maxTokenAgeSeconds' | 'maxFutureIatSeconds',
): number | undefined {
  const seconds = issuer[option];
  if (seconds !== undefined)
    checkNumber(`JwtIssuer: ${option}`, seconds, { min: 0, max: TEN_YEARS_SECONDS });
  return seconds;
}

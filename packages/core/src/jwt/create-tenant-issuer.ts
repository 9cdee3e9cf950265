import { checkOptions } from '@mandate/internal/check-options';
import { isPromise } from '@mandate/internal/maybe-promise';
import { AuthError } from '../auth-error.js';
import { type Claims, getClaim } from '../claims.js';
import type { VerificationKey } from '../keys/key-set.js';
import type { TenantIssuer } from './tenant-issuer.js';

/** What stands for the tenant in the `issuer` member of Microsoft's keys. */
const KEY_PLACEHOLDER = '{tenantid}';
/** An identifier, so that no part of a URL can be a tenant. */
const TENANT = /^[A-Za-z0-9_-]{1,128}$/;

export interface TenantIssuerOptions {
  /** With the name of the claim in braces: `https://login.microsoftonline.com/{tid}/v2.0`. */
  readonly template: string;
  /**
   * The accepted values of the claim; a function that returns whether a value is accepted; `'any'` accepts
   * every tenant, and so every customer of the provider.
   */
  readonly tenants: readonly string[] | ((tenant: string) => boolean) | 'any';
}

/**
 * Describes an issuer whose tenants have names of their own, such as Entra ID. A token is accepted only if
 * its `iss` is the template with the token's own claim in it, and if the key that signed it has no `issuer`
 * member or one that fits.
 *
 * @throws TypeError if an option is unknown, the template has not exactly one claim in braces, or `tenants`
 * is missing.
 *
 * @example
 * const verifier = createJwtVerifier({
 *   issuer: createTenantIssuer({
 *     template: 'https://login.microsoftonline.com/{tid}/v2.0',
 *     tenants: ['72f988bf-86f1-41af-91ab-2d7cd011db47'],
 *   }),
 *   audience: 'api://orders',
 *   keys: createKeySet({ url: 'https://login.microsoftonline.com/common/discovery/v2.0/keys' }),
 * });
 */
export function createTenantIssuer(options: TenantIssuerOptions): TenantIssuer {
  checkOptions<TenantIssuerOptions>('createTenantIssuer', options, {
    template: true,
    tenants: true,
  });
  return new TemplatedIssuer(options);
}

class TemplatedIssuer implements TenantIssuer {
  readonly #claim: string;
  readonly #prefix: string;
  readonly #suffix: string;
  readonly #isAccepted: (tenant: string) => unknown;

  constructor({ template, tenants }: TenantIssuerOptions) {
    const parts = typeof template === 'string' ? template.split(/\{([A-Za-z_]+)\}/) : [];
    const [prefix = '', claim = '', suffix = ''] = parts;
    if (parts.length !== 3 || prefix === '') {
      throw new TypeError(
        'createTenantIssuer: the template must have one claim in braces, such as {tid}',
      );
    }
    this.#prefix = prefix;
    this.#claim = claim;
    this.#suffix = suffix;
    this.#isAccepted = toPredicate(tenants);
  }

  matches(iss: string): boolean {
    return this.#toTenant(iss) !== undefined;
  }

  checkTenant(claims: Claims): void {
    const tenant = this.#toTenant(getClaim(claims, 'iss') as string);
    if (tenant === undefined || getClaim(claims, this.#claim) !== tenant) {
      throw new AuthError('token_invalid', `"iss" and "${this.#claim}" name different tenants`);
    }
    const isAccepted = this.#isAccepted(tenant);
    if (isAccepted === true) return;
    if (isAccepted === false) {
      throw new AuthError('token_invalid', 'the tenant of the token is not accepted');
    }
    if (isPromise(isAccepted)) isAccepted.then(undefined, () => {});
    throw new TypeError('createTenantIssuer: tenants must return true or false');
  }

  checkSigner(key: VerificationKey, claims: Claims): void {
    const iss = getClaim(claims, 'iss') as string;
    const named = key.issuer?.replace(KEY_PLACEHOLDER, this.#toTenant(iss) ?? '');
    if (named === undefined || named === iss) return;
    throw new AuthError('token_invalid', 'the key that signed the token belongs to another issuer');
  }

  #toTenant(iss: string): string | undefined {
    if (!iss.startsWith(this.#prefix) || !iss.endsWith(this.#suffix)) return undefined;
    const tenant = iss.slice(this.#prefix.length, iss.length - this.#suffix.length);
    return TENANT.test(tenant) ? tenant : undefined;
  }
}

function toPredicate(tenants: TenantIssuerOptions['tenants']): (tenant: string) => unknown {
  if (tenants === 'any') return () => true;
  if (typeof tenants === 'function') return tenants;
  if (
    Array.isArray(tenants) &&
    tenants.length > 0 &&
    tenants.every((one) => typeof one === 'string' && TENANT.test(one))
  ) {
    const accepted = new Set(tenants);
    return (tenant) => accepted.has(tenant);
  }
  throw new TypeError(
    "createTenantIssuer: tenants must be a list of tenant ids, a function, or 'any' to accept every tenant",
  );
}

import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { type Claims, getClaim } from '../claims.js';
import { compileIssuer, type Issuer } from './compile-issuer.js';
import type { JwtIssuer } from './jwt-issuer.js';

/**
 * The issuers of a verifier, by the unverified `iss` of a token. See `createIssuerTable` of
 * `@mandate/core/jwt`.
 */
export interface IssuerTable<TokenClaims extends object = Claims> {
  /** Whether the issuer is known, or can be looked up. */
  accepts(claims: Claims): boolean;
  find(claims: Claims, nowMs: number): MaybePromise<Issuer<TokenClaims> | undefined>;
  /** The issuers that are known. */
  list(): readonly Issuer<TokenClaims>[];
}

/** @throws TypeError if an issuer is invalid, or two claim the same name. */
export function createStaticIssuers(issuers: readonly JwtIssuer<unknown>[]): IssuerTable {
  if (issuers.length === 0)
    throw new TypeError('createJwtVerifier: at least one issuer is required');
  const table = new StaticIssuers();
  for (const issuer of issuers) table.add(compileIssuer(issuer));
  return table;
}

class StaticIssuers implements IssuerTable {
  readonly #named = new Map<string, Issuer>();
  readonly #tenants: Issuer[] = [];
  #any: Issuer | undefined;

  add(issuer: Issuer): void {
    if (issuer.tenant !== undefined) this.#tenants.push(issuer);
    if (issuer.names === null) {
      if (this.#any) throw new TypeError('createJwtVerifier: two entries accept any issuer');
      this.#any = issuer;
    }
    for (const name of issuer.names ?? []) {
      if (this.#named.has(name)) throw new TypeError(`createJwtVerifier: issuer ${name} twice`);
      this.#named.set(name, issuer);
    }
  }

  accepts(claims: Claims): boolean {
    return this.find(claims) !== undefined;
  }

  list(): readonly Issuer[] {
    return [...new Set(this.#named.values()), ...this.#tenants, ...(this.#any ? [this.#any] : [])];
  }

  find(claims: Claims): Issuer | undefined {
    const iss = getClaim(claims, 'iss');
    if (typeof iss !== 'string') return this.#any;
    const named = this.#named.get(iss);
    return named ?? this.#tenants.find(({ tenant }) => tenant?.matches(iss)) ?? this.#any;
  }
}

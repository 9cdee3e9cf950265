import { checkNumber } from '@mandate/internal/check-number';
import { checkOptions } from '@mandate/internal/check-options';
import { Generations } from '@mandate/internal/generations';
import { IS_WORKERS } from '@mandate/internal/is-workers';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { type Claims, getClaim } from '../claims.js';
import type { SchemaClaims } from './claims-schema.js';
import { compileIssuer, type Issuer } from './compile-issuer.js';
import type { IssuerTable } from './issuer-table.js';
import type { JwtIssuer } from './jwt-issuer.js';

/**
 * Finds the issuer of that name; `undefined` if tokens of that issuer are not accepted. Anyone can invent an
 * `iss`, so look it up in a list or a table of your own, and never fetch from it.
 */
export type FindJwtIssuer<Output = Claims> = (
  iss: string,
) => MaybePromise<JwtIssuer<Output> | undefined>;

/** A longer `iss` would fill the memory. */
const MAX_ISSUER_LENGTH = 2048;

interface NumberOptions {
  readonly rememberSeconds: number;
  readonly maxIssuers: number;
}

interface FoundIssuer {
  readonly source: JwtIssuer<unknown>;
  readonly issuer: Issuer;
  readonly untilMs: number;
}

export interface IssuerTableOptions {
  /**
   * For how many seconds a result counts. Default 300. A removed issuer is rejected after at
   * most this and the `cacheSeconds` of the verifier.
   */
  readonly rememberSeconds?: number | undefined;
  /** How many found issuers are remembered, and how many unknown names. Default 1000 each. */
  readonly maxIssuers?: number | undefined;
}

/**
 * Makes a table of issuers that are found at run time, such as the tenants in a database. Tokens of one
 * issuer that arrive at the same time share one call. An issuer that is found again as the same object keeps
 * its fetched keys.
 *
 * The verifier passes on what the function throws: it is a fault of the application, unless it is an
 * AuthError such as `verifier_unavailable`. The verifier accepts every JWT, so put it behind the others.
 *
 * @throws TypeError if the function is missing, an option is unknown, or a number is out of its range.
 *
 * @example
 * const tenants = new Map<string, JwtIssuer>();
 * const verifier = createJwtVerifier(createIssuerTable((iss) => tenants.get(iss)));
 */
export function createIssuerTable<Output = unknown>(
  findIssuer: FindJwtIssuer<Output>,
  options: IssuerTableOptions = {},
): IssuerTable<SchemaClaims<NoInfer<Output>>> {
  checkOptions<IssuerTableOptions>('createIssuerTable', options, {
    rememberSeconds: true,
    maxIssuers: true,
  });
  if (typeof findIssuer !== 'function') {
    throw new TypeError('createIssuerTable: the first argument must be a function');
  }
  const { rememberSeconds = 300, maxIssuers = 1000 } = options;
  checkNumber('createIssuerTable: rememberSeconds', rememberSeconds, { min: 0 });
  checkNumber('createIssuerTable: maxIssuers', maxIssuers, { min: 1, isInteger: true });
  const found: IssuerTable<object> = new FoundIssuers(findIssuer, { rememberSeconds, maxIssuers });
  // What the schemas of the issuers output has the type that the caller sees.
  return found as IssuerTable<SchemaClaims<Output>>;
}

class FoundIssuers implements IssuerTable {
  readonly #findIssuer: FindJwtIssuer<unknown>;
  readonly #rememberMs: number;
  readonly #found: Generations<FoundIssuer>;
  /** Until when an issuer counts as unknown. Apart, so that invented names cannot evict issuers. */
  readonly #unknown: Generations<number>;
  readonly #underWay = new Map<string, Promise<Issuer | undefined>>();

  constructor(findIssuer: FindJwtIssuer<unknown>, { maxIssuers, rememberSeconds }: NumberOptions) {
    this.#findIssuer = findIssuer;
    this.#rememberMs = rememberSeconds * 1000;
    this.#found = new Generations(maxIssuers);
    this.#unknown = new Generations(maxIssuers);
  }

  /** An issuer is found when its first token arrives, and until then nothing depends on it. */
  list(): readonly Issuer[] {
    return [];
  }

  /** `accepts` must not wait, so only `find` looks the issuer up. */
  accepts(claims: Claims): boolean {
    const iss = getClaim(claims, 'iss');
    return typeof iss === 'string' && iss !== '' && iss.length <= MAX_ISSUER_LENGTH;
  }

  find(claims: Claims, nowMs: number): MaybePromise<Issuer | undefined> {
    const iss = getClaim(claims, 'iss') as string;
    const known = this.#found.get(iss);
    if (known !== undefined && nowMs < known.untilMs) return known.issuer;
    if (nowMs < (this.#unknown.get(iss) ?? 0)) return undefined;
    const underWay = this.#underWay.get(iss);
    if (underWay !== undefined) return underWay;
    const source = this.#findIssuer(iss);
    if (!isPromise(source)) return this.#keep(iss, source, nowMs);
    const kept = source
      .then((found) => this.#keep(iss, found, nowMs))
      .finally(() => this.#underWay.delete(iss));
    if (!IS_WORKERS) this.#underWay.set(iss, kept);
    return kept;
  }

  #keep(iss: string, source: JwtIssuer<unknown> | undefined, nowMs: number): Issuer | undefined {
    const untilMs = nowMs + this.#rememberMs;
    if (source === undefined) {
      this.#unknown.set(iss, untilMs);
      return undefined;
    }
    const known = this.#found.get(iss);
    // An issuer that is found again as the same object keeps its keys.
    const issuer = source === known?.source ? known.issuer : compileIssuer(source);
    if (!issuer.names?.includes(iss)) {
      throw new TypeError('createIssuerTable: the function returned an issuer of another name');
    }
    this.#found.set(iss, { source, issuer, untilMs });
    return issuer;
  }
}

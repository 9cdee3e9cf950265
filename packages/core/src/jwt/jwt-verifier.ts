import { checkNumber } from '@mandate/internal/check-number';
import { checkOptions } from '@mandate/internal/check-options';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { AuthError } from '../auth-error.js';
import type { Claims } from '../claims.js';
import { type BearerCredentials, type Credentials, toBearerCredentials } from '../credentials.js';
import type { UnverifiedJwt } from '../jws/parse-jwt.js';
import type { VerificationKey } from '../keys/key-set.js';
import type { Principal } from '../principal.js';
import type { TokenVerifier, VerifierAudience, VerifierHealth } from '../verifier.js';
import { checkClaims } from './check-claims.js';
import type { SchemaClaims } from './claims-schema.js';
import type { Issuer } from './compile-issuer.js';
import { findSigner } from './find-signer.js';
import { checkHeader } from './header.js';
import { createStaticIssuers, type IssuerTable } from './issuer-table.js';
import type { JwtIssuer } from './jwt-issuer.js';
import { VerifiedToken, VerifiedTokens } from './verified-tokens.js';

export interface JwtVerifierOptions {
  /**
   * How many verified tokens are remembered, so that each signature is checked once. Default 10000, about
   * 15 MB of typical tokens. With 0, none are remembered. Rejected tokens are never remembered.
   */
  readonly cacheSize?: number | undefined;
  /**
   * Seconds after which a remembered token is verified again. Default 300. A token that expires or whose key
   * is withdrawn is verified again at once.
   */
  readonly cacheSeconds?: number | undefined;
  /** The clock, in Unix milliseconds. Default: the guard's clock, which is read once per request. */
  readonly now?: (() => number) | undefined;
}

/**
 * Creates a verifier of JWTs from one or several issuers: RFC 7519 with the rules of RFC 8725, and all of
 * RFC 9068 for a `strict` issuer. It accepts tokens whose unverified `iss` belongs to one of the issuers.
 *
 * It does not ask the issuer whether a token was revoked: a JWT is valid until it expires or its key is
 * withdrawn. It does not decrypt tokens (JWE) or verify proof of possession: a token with `cnf` is rejected.
 *
 * @throws TypeError if an issuer or an option is unknown or invalid; see {@link JwtIssuer}.
 *
 * @example
 * const verifier = createJwtVerifier({
 *   issuer: 'https://sso.example.com/',
 *   audience: 'https://api.example.com',
 *   keys: createKeySet({ url: 'https://sso.example.com/jwks.json' }),
 * });
 *
 * @example
 * // The keys are found through the metadata of the issuer.
 * const verifier = createJwtVerifier({
 *   issuer: 'https://sso.example.com/',
 *   audience: 'https://api.example.com',
 * });
 */
export function createJwtVerifier<Output = never, const Outputs extends readonly unknown[] = []>(
  issuers:
    | JwtIssuer<Output>
    | IssuerTable<Output & object>
    | readonly [...{ [Index in keyof Outputs]: JwtIssuer<Outputs[Index]> }],
  options: JwtVerifierOptions = {},
): TokenVerifier<IssuerClaims<NoInfer<Output>, NoInfer<Outputs>>> {
  // What the schemas of the issuers output has the type that the caller sees.
  const verifier: TokenVerifier<object> = new JwtVerifier(issuers as Issuers, options);
  return verifier as TokenVerifier<IssuerClaims<Output, Outputs>>;
}

/** The claims of one issuer or table, and of each issuer of a list. */
type IssuerClaims<Output, Outputs extends readonly unknown[]> = [Output | Outputs[number]] extends [
  never,
]
  ? Claims
  : SchemaClaims<Output> | { [Index in keyof Outputs]: SchemaClaims<Outputs[Index]> }[number];

type Issuers = JwtIssuer<unknown> | readonly JwtIssuer<unknown>[] | IssuerTable;

function isTable(issuers: Issuers): issuers is IssuerTable {
  return typeof issuers === 'object' && 'find' in issuers && 'accepts' in issuers;
}

class JwtVerifier implements TokenVerifier {
  readonly #issuers: IssuerTable;
  readonly #verified: VerifiedTokens;
  readonly #cacheMs: number;
  readonly #now: (() => number) | undefined;

  constructor(issuers: Issuers, options: JwtVerifierOptions) {
    checkOptions<JwtVerifierOptions>('createJwtVerifier', options, {
      cacheSize: true,
      cacheSeconds: true,
      now: true,
    });
    const { cacheSize = 10_000, cacheSeconds = 300, now } = options;
    checkNumber('createJwtVerifier: cacheSize', cacheSize, { min: 0 });
    checkNumber('createJwtVerifier: cacheSeconds', cacheSeconds, { min: 0 });
    this.#issuers = isTable(issuers) ? issuers : createStaticIssuers([issuers].flat());
    this.#verified = new VerifiedTokens(cacheSize);
    this.#cacheMs = cacheSeconds * 1000;
    this.#now = now;
  }

  accepts(credentials: Credentials): boolean {
    const bearer = toBearerCredentials(credentials);
    bearer.memo = this.#verified.get(bearer.field);
    if (bearer.memo !== undefined) return true;
    return bearer.jwt !== undefined && this.#issuers.accepts(bearer.jwt.claims);
  }

  verify(credentials: Credentials): MaybePromise<Principal> {
    const bearer = toBearerCredentials(credentials);
    const known = this.#recall(bearer);
    if (!known?.isValidAt(this.#getNowMs(bearer), bearer.request)) return this.#verifyAnew(bearer);
    // With a clock of its own, it may accept a token that has expired for the guard.
    if (this.#now === undefined) bearer.checkedPrincipal = known.principal;
    return known.principal;
  }

  async warmUp(): Promise<void> {
    await Promise.all(this.#issuers.list().map(({ keys }) => keys.warmUp?.()));
  }

  health(): readonly VerifierHealth[] {
    return this.#issuers.list().map(({ label, keys }) => ({
      name: label,
      ...(keys.health?.() ?? { status: 'ready' as const }),
    }));
  }

  audiences(): readonly VerifierAudience[] {
    const issuers = this.#issuers.list();
    if (issuers.length === 0)
      return [{ name: 'issuers that are found at run time', audiences: null }];
    return issuers.map(({ label, audiences }) => ({
      name: label,
      audiences: audiences && [...audiences],
    }));
  }

  #getNowMs(credentials: Credentials): number {
    return this.#now === undefined ? credentials.nowMs : this.#now();
  }

  /** The remembered token, if any. Usually `accepts` has just looked it up. */
  #recall({ memo, field }: BearerCredentials): VerifiedToken | undefined {
    const isOurs = memo instanceof VerifiedToken && memo.owner === this.#verified;
    return isOurs ? memo : this.#verified.get(field);
  }

  #verifyAnew(credentials: BearerCredentials): MaybePromise<Principal> {
    const { jwt } = credentials;
    if (jwt === undefined) throw new AuthError('token_invalid', 'the issuer is not accepted');
    const nowMs = this.#getNowMs(credentials);
    const issuer = this.#issuers.find(jwt.claims, nowMs);
    return isPromise(issuer)
      ? issuer.then((found) => this.#verifyBy(found, credentials, jwt))
      : this.#verifyBy(issuer, credentials, jwt);
  }

  #verifyBy(
    issuer: Issuer | undefined,
    credentials: BearerCredentials,
    jwt: UnverifiedJwt,
  ): MaybePromise<Principal> {
    if (issuer === undefined) throw new AuthError('token_invalid', 'the issuer is not accepted');
    const { token } = credentials;
    const alg = checkHeader(jwt.header, issuer);
    const nowMs = this.#getNowMs(credentials);
    // Claims first, so that an expired token costs neither a signature nor a fetch of keys.
    const validity = checkClaims(jwt.claims, issuer, nowMs);
    const accept = (key: VerificationKey | undefined): Principal => {
      if (key === undefined) throw new AuthError('token_invalid', 'the signature is wrong');
      issuer.checkVerified(jwt.claims, key);
      const principal = issuer.toPrincipal(jwt.claims, validity);
      this.#verified.set(credentials.field, {
        principal,
        key,
        keys: issuer.keys,
        fromMs: validity.fromMs,
        untilMs: Math.min(validity.untilMs, nowMs + this.#cacheMs),
      });
      return principal;
    };
    const keys = issuer.keys.find(jwt.header, credentials.request);
    const signer = isPromise(keys)
      ? keys.then((found) => findSignerIn(token, found, alg))
      : findSignerIn(token, keys, alg);
    return isPromise(signer) ? signer.then(accept) : accept(signer);
  }
}

/** The key that signed the token; `undefined` if the signature is wrong. */
function findSignerIn(
  token: string,
  keys: readonly VerificationKey[],
  alg: string,
): MaybePromise<VerificationKey | undefined> {
  if (keys.length === 0)
    throw new AuthError('token_invalid', 'the issuer has no key for this token');
  return findSigner(token, keys, alg);
}

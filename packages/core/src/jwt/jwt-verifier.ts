import { checkOptions } from '@mandate/internal/check-options';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { AuthError } from '../auth-error.js';
import { getClaim } from '../claims.js';
import type { Credentials } from '../credentials.js';
import type { UnverifiedJwt } from '../jws/parse-jwt.js';
import type { VerificationKey } from '../keys/key-set.js';
import type { Principal } from '../principal.js';
import type { TokenVerifier } from '../verifier.js';
import { checkClaims } from './check-claims.js';
import { compileIssuer, type Issuer } from './compile-issuer.js';
import { findSigner } from './find-signer.js';
import { checkHeader } from './header.js';
import type { JwtIssuer } from './jwt-issuer.js';
import { type VerifiedToken, VerifiedTokens } from './verified-tokens.js';

export interface JwtVerifierOptions {
  /**
   * How many verified tokens are remembered, so that their signature is checked once. Default 10000,
   * about 15 MB of usual tokens; 0 remembers none. Tokens that fail are never remembered.
   */
  readonly cacheSize?: number | undefined;
  /**
   * Seconds after which a remembered token is verified again at the latest. Default 300. It is
   * forgotten earlier when it expires or its key is withdrawn.
   */
  readonly cacheSeconds?: number | undefined;
  /** The clock, in Unix milliseconds. Default: the guard's, which is read once for a request. */
  readonly now?: (() => number) | undefined;
}

/**
 * Verifies JWTs of one issuer or of many: RFC 7519 with the rules of RFC 8725, and RFC 9068 in full
 * for an issuer that is `strict`. It accepts the tokens whose (unverified) `iss` is one of the issuers'.
 *
 * It does not ask the issuer whether a token was revoked: a JWT is good until it expires or its key is
 * withdrawn. It does not decrypt (JWE), nor does it verify proof of possession: a token with `cnf` is
 * refused.
 *
 * @throws TypeError if an issuer is described in a way that cannot be meant; see {@link JwtIssuer}.
 */
export function createJwtVerifier(
  issuers: JwtIssuer | readonly JwtIssuer[],
  options: JwtVerifierOptions = {},
): TokenVerifier {
  return new JwtVerifier([issuers].flat(), options);
}

class JwtVerifier implements TokenVerifier {
  readonly #issuers = new Map<string, Issuer>();
  #anyIssuer: Issuer | undefined;
  readonly #verified: VerifiedTokens;
  readonly #cacheMs: number;
  readonly #now: (() => number) | undefined;
  #recalled: VerifiedToken | undefined;
  #recalledFor: Credentials | undefined;

  constructor(issuers: readonly JwtIssuer[], options: JwtVerifierOptions) {
    checkOptions<JwtVerifierOptions>('createJwtVerifier', options, {
      cacheSize: true,
      cacheSeconds: true,
      now: true,
    });
    const { cacheSize = 10_000, cacheSeconds = 300, now } = options;
    if (issuers.length === 0) throw new TypeError('createJwtVerifier: no issuer is given');
    if (!(cacheSize >= 0 && cacheSeconds >= 0)) {
      throw new TypeError('createJwtVerifier: cacheSize and cacheSeconds must not be negative');
    }
    for (const issuer of issuers) this.#add(compileIssuer(issuer));
    this.#verified = new VerifiedTokens(cacheSize);
    this.#cacheMs = cacheSeconds * 1000;
    this.#now = now;
  }

  #add(issuer: Issuer): void {
    if (issuer.names === null) {
      if (this.#anyIssuer) throw new TypeError('createJwtVerifier: two entries accept any issuer');
      this.#anyIssuer = issuer;
    }
    for (const name of issuer.names ?? []) {
      if (this.#issuers.has(name)) throw new TypeError(`createJwtVerifier: issuer ${name} twice`);
      this.#issuers.set(name, issuer);
    }
  }

  accepts(credentials: Credentials): boolean {
    const known = this.#verified.get(credentials.field);
    const isOurs =
      known !== undefined ||
      (credentials.jwt !== undefined && this.#findIssuer(credentials.jwt) !== undefined);
    if (!isOurs) return false;
    this.#recalled = known;
    this.#recalledFor = credentials;
    return true;
  }

  verify(credentials: Credentials): MaybePromise<Principal> {
    const known = this.#recall(credentials);
    if (known !== undefined) {
      const now = this.#readClock(credentials);
      const isGood =
        now < known.validUntilMs &&
        now >= known.validFromMs &&
        !known.key.withdrawn &&
        known.keys.isCurrent();
      if (isGood) return known.principal;
    }
    return this.#verifyAnew(credentials);
  }

  #readClock(credentials: Credentials): number {
    return this.#now === undefined ? credentials.nowMs : this.#now();
  }

  /** The remembered token, if any: usually `accepts` has just looked it up. */
  #recall(credentials: Credentials): VerifiedToken | undefined {
    const isAsked = credentials === this.#recalledFor;
    const known = isAsked ? this.#recalled : this.#verified.get(credentials.field);
    this.#recalledFor = undefined;
    return known;
  }

  #verifyAnew(credentials: Credentials): MaybePromise<Principal> {
    const { token, jwt } = credentials;
    const issuer = jwt === undefined ? undefined : this.#findIssuer(jwt);
    if (jwt === undefined || issuer === undefined) {
      throw new AuthError('token_invalid', 'the issuer is not accepted');
    }
    const alg = checkHeader(jwt.header, issuer);
    const nowMs = this.#readClock(credentials);
    // Claims first: an expired token says so, and costs neither a signature nor a fetch of keys.
    const validity = checkClaims(jwt.claims, issuer, nowMs);
    const accept = (key: VerificationKey | undefined): Principal => {
      if (key === undefined) throw new AuthError('token_invalid', 'the signature is wrong');
      const principal = issuer.toPrincipal(jwt.claims, validity);
      this.#verified.set({
        field: credentials.field,
        principal,
        key,
        keys: issuer.keys,
        validFromMs: validity.fromMs,
        validUntilMs: Math.min(validity.untilMs, nowMs + this.#cacheMs),
      });
      return principal;
    };
    const keys = issuer.keys.find(jwt.header);
    const signer = isPromise(keys)
      ? keys.then((found) => readSigner(token, found, alg))
      : readSigner(token, keys, alg);
    return isPromise(signer) ? signer.then(accept) : accept(signer);
  }

  #findIssuer(jwt: UnverifiedJwt): Issuer | undefined {
    const iss = getClaim(jwt.claims, 'iss');
    return (typeof iss === 'string' ? this.#issuers.get(iss) : undefined) ?? this.#anyIssuer;
  }
}

/** The key whose signature the token has; `undefined` if the signature is wrong. */
function readSigner(
  token: string,
  keys: readonly VerificationKey[],
  alg: string,
): MaybePromise<VerificationKey | undefined> {
  if (keys.length === 0) throw new AuthError('token_invalid', 'no key of the issuer fits');
  return findSigner(token, keys, alg);
}

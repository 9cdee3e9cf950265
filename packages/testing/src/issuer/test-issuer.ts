import type { TokenVerifier } from '@mandate/core';
import {
  createJwtVerifier,
  createLocalKeySet,
  type JsonWebKeySet,
  type JwtIssuer,
  type KeySet,
} from '@mandate/core/jwt';
import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import { checkNotProduction } from '../check-not-production.js';
import { TEST_AUDIENCE, TEST_ISSUER } from '../test-issuer-url.js';
import {
  createSigningKey,
  isTestAlgorithm,
  type SigningKey,
  type TestAlgorithm,
} from './signing-key.js';
import { createTestClock, type TestClock } from './test-clock.js';
import { type TestTokenOptions, toTokenClaims } from './token-claims.js';

export interface TestIssuerOptions {
  /**
   * The `iss` of its tokens. Default `https://issuer.test.invalid/`. Set it to the issuer that your configuration
   * names if you cannot change that: its keys are random, so no real server trusts them.
   */
  readonly issuer?: string | undefined;
  /** The `aud` of its tokens. Default `https://api.test.invalid`. */
  readonly audience?: string | undefined;
  /** Default `'ES256'`, the fastest to create. */
  readonly algorithm?: TestAlgorithm | undefined;
  /** The time at which its clock stands: a date or Unix milliseconds. Default: the time of creation. */
  readonly now?: Date | number | undefined;
}

export const ISSUER_OPTIONS: OptionNames<TestIssuerOptions> = {
  issuer: true,
  audience: true,
  algorithm: true,
  now: true,
};

/**
 * An issuer of JWTs with a key pair of its own. It is a `JwtIssuer`, so pass it to `createJwtVerifier`, or to
 * the function of your application that takes one.
 */
export interface TestIssuer extends JwtIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: KeySet;
  /** The public key as a JWK Set. */
  readonly jwks: JsonWebKeySet;
  /** Stands still. Tokens are issued by it; give `clock.now` to the guard too if a test moves it. */
  readonly clock: TestClock;
  /** Signs a token. */
  token(options?: TestTokenOptions): string;
  /** Signs a token that expired an hour before the clock's time: `token_expired`. */
  expiredToken(options?: Omit<TestTokenOptions, 'expiresInSeconds'>): string;
  /** Signs a token for another API: `token_invalid`. */
  tokenForAnotherAudience(options?: Omit<TestTokenOptions, 'audience'>): string;
  /** Makes a token with the same issuer and key id that another key signed, as a forger would: `token_invalid`. */
  tokenOfStranger(options?: TestTokenOptions): string;
  /** Creates the verifier of its tokens: `createJwtVerifier(issuer)`. */
  verifier(): TokenVerifier;
}

/**
 * Creates an issuer with real keys, which verifiers get in the same process.
 *
 * @throws TypeError if `NODE_ENV` is `production`, or an option is unknown or invalid.
 *
 * @example
 * const issuer = createTestIssuer();
 * const guard = createGuard({
 *   verifiers: [createJwtVerifier(issuer)],
 *   endpoints: { 'GET /documents/:id': { scopes: ['DOCUMENTS'] } },
 * });
 * const token = issuer.token({ subject: 'ada@example.com', scopes: ['DOCUMENTS'] });
 */
export function createTestIssuer(options: TestIssuerOptions = {}): TestIssuer {
  checkNotProduction('createTestIssuer');
  checkOptions<TestIssuerOptions>('createTestIssuer', options, ISSUER_OPTIONS);
  return new LocalIssuer('createTestIssuer', options);
}

/** The members that are not those of `JwtIssuer` are on the prototype, so that no verifier takes them as options. */
export class LocalIssuer implements TestIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: KeySet;
  readonly #key: SigningKey;
  readonly #clock: TestClock;
  readonly #algorithm: TestAlgorithm;
  #stranger: SigningKey | undefined = undefined;
  #issued = 0;

  constructor(
    owner: string,
    options: TestIssuerOptions,
    toKeys: (jwks: JsonWebKeySet) => KeySet = createLocalKeySet,
  ) {
    const { issuer = TEST_ISSUER, audience = TEST_AUDIENCE, algorithm = 'ES256' } = options;
    for (const [name, value] of Object.entries({ issuer, audience })) {
      if (typeof value === 'string' && value !== '') continue;
      throw new TypeError(`${owner}: ${name} must be a non-empty string`);
    }
    if (!isTestAlgorithm(algorithm)) {
      throw new TypeError(`${owner}: algorithm must be 'ES256', 'RS256' or 'EdDSA'`);
    }
    this.#clock = createTestClock(`${owner}: now`, options.now ?? Date.now());
    this.#algorithm = algorithm;
    this.#key = createSigningKey(algorithm, KID);
    this.issuer = issuer;
    this.audience = audience;
    this.keys = toKeys(this.jwks);
  }

  get jwks(): JsonWebKeySet {
    return { keys: [this.#key.publicJwk] };
  }

  get clock(): TestClock {
    return this.#clock;
  }

  token(options: TestTokenOptions = {}): string {
    return this.#sign(this.#key, options);
  }

  expiredToken(options: Omit<TestTokenOptions, 'expiresInSeconds'> = {}): string {
    return this.token({ ...options, expiresInSeconds: -3600 });
  }

  tokenForAnotherAudience(options: Omit<TestTokenOptions, 'audience'> = {}): string {
    return this.token({ ...options, audience: 'https://another-api.test.invalid' });
  }

  tokenOfStranger(options: TestTokenOptions = {}): string {
    this.#stranger ??= createSigningKey(this.#algorithm, KID);
    return this.#sign(this.#stranger, options);
  }

  verifier(): TokenVerifier {
    return createJwtVerifier(this);
  }

  #sign(key: SigningKey, options: TestTokenOptions): string {
    const { issuer, audience } = this;
    this.#issued += 1;
    const tokenId = `test-token-${this.#issued}`;
    const context = { issuer, audience, nowMs: this.#clock.now(), tokenId };
    return key.sign(toTokenClaims(options, context), options.type ?? 'at+jwt');
  }
}

const KID = 'mandate-testing';

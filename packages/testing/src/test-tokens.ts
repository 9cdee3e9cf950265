import type { Permission } from '@mandate/core';
import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import {
  createMemoryTokenStore,
  createTokenAuthority,
  createTokenFormat,
  createTokenVerifier,
  type IssuedTokenVerifier,
  type TokenAuthority,
  type TokenFormat,
} from '@mandate/tokens';
import { checkNotProduction } from './check-not-production.js';

export interface TestTokensOptions {
  /** The format of the secrets, if your application checks it. Default: secrets start with `test_`. */
  readonly format?: TokenFormat | undefined;
  /** The clock, in Unix milliseconds, such as that of a test issuer. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** What an issued token of a test has. Everything but `scopes` has a default. */
export interface IssuedTestTokenOptions {
  /** At least one scope. */
  readonly scopes: readonly string[];
  /** Default `'USER'`. */
  readonly permission?: Permission | undefined;
  /** The subject of a `USER` token. Default `'test-user@test.invalid'`. Other tokens have none. */
  readonly userEmail?: string | undefined;
  /** Default: none. */
  readonly groups?: readonly string[] | undefined;
  /** Default: the token does not expire. */
  readonly expiresAt?: Date | undefined;
  /** IP addresses and networks from which the token may be used. Default: any. */
  readonly allowedAddresses?: readonly string[] | undefined;
}

/** Issued tokens in memory: the real authority and verifier of `@mandate/tokens`, without a database. */
export interface TestTokens {
  /** For the `verifiers` of the guard. */
  readonly verifier: IssuedTokenVerifier;
  /** For pages and handlers that administer tokens, and to revoke or rotate. */
  readonly authority: TokenAuthority;
  /** Issues a token, and returns its secret. */
  token(options: IssuedTestTokenOptions): Promise<string>;
  /** Issues a token that expired an hour ago: `token_expired`. */
  expiredToken(options: Omit<IssuedTestTokenOptions, 'expiresAt'>): Promise<string>;
  /** Issues a token and revokes it: `token_revoked`. */
  revokedToken(options: IssuedTestTokenOptions): Promise<string>;
  /** Ends the verifier. */
  close(): Promise<void>;
}

const TOKEN_OPTIONS: OptionNames<IssuedTestTokenOptions> = {
  scopes: true,
  permission: true,
  userEmail: true,
  groups: true,
  expiresAt: true,
  allowedAddresses: true,
};

const ADMIN = { subject: 'test-admin', isSuperAdmin: true } as const;
const HOUR_MS = 3_600_000;

/**
 * Creates issued tokens without a database.
 *
 * @throws TypeError if `NODE_ENV` is `production`, or an option is unknown or invalid.
 *
 * @example
 * const tokens = createTestTokens();
 * const guard = createGuard({
 *   verifiers: [tokens.verifier],
 *   endpoints: { 'POST /search': { scopes: ['SEARCH'] } },
 * });
 * const secret = await tokens.token({ permission: 'GLOBAL', scopes: ['SEARCH'] });
 */
export function createTestTokens(options: TestTokensOptions = {}): TestTokens {
  checkNotProduction('createTestTokens');
  checkOptions<TestTokensOptions>('createTestTokens', options, { format: true, now: true });
  checkFunctions('createTestTokens', options, ['now']);
  const { format = createTokenFormat('test'), now = Date.now } = options;
  const store = createMemoryTokenStore();
  const verifier = createTokenVerifier({ store, format, now });
  const authority = createTokenAuthority({ store, format, now });
  const issue = async (token: IssuedTestTokenOptions, at: () => number) => {
    checkOptions<IssuedTestTokenOptions>('token', token, TOKEN_OPTIONS);
    const { permission = 'USER', groups = [] } = token;
    const user = permission === 'USER' ? 'test-user@test.invalid' : undefined;
    const { userEmail = user } = token;
    const issuing = createTokenAuthority({ store, format, groups, now: at });
    const description = 'issued by a test';
    return issuing.create({ ...token, description, permission, userEmail }, ADMIN);
  };
  return {
    verifier,
    authority,
    token: async (token) => (await issue(token, now)).secret,
    expiredToken: async (token) => {
      const expiresAt = new Date(now() - HOUR_MS);
      return (await issue({ ...token, expiresAt }, () => now() - 2 * HOUR_MS)).secret;
    },
    revokedToken: async (token) => {
      const issued = await issue(token, now);
      await authority.revoke(issued.token.id, ADMIN);
      return issued.secret;
    },
    close: () => verifier.close(),
  };
}

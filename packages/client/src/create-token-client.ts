import type { OptionNames } from '@mandate/internal/check-options';
import { checkOptions } from './check-options.js';
import type { CredentialOwner, CredentialSet } from './token/credentials.js';
import type { SetTokenOptions } from './token/given-token.js';
import {
  type AuthorizeOptions,
  type ClearTokenOptions,
  createUncheckedTokenClient,
  type TokenClient,
  type TokenRequestOptions,
} from './token/token-client.js';
import type { TokenClientOptions } from './token/token-client-options.js';
import type { TokenIdentity } from './token/token-key.js';
import type { AuthorizeParams } from './token/token-request.js';

/**
 * Creates a token client. It requests a token when one is first needed, and never while it has a
 * valid one.
 *
 * All options may be omitted: `authorize()` can give the credentials later. Tokens are kept in
 * `localStorage` by default, and in memory for `fetchToken` without `identity`.
 *
 * @throws TypeError if an option is unknown or invalid, here or in a call of a method.
 * @throws TokenError `missing_credentials` or `invalid_duration` if `authorize` is given without
 * one complete set of credentials or with an invalid duration.
 *
 * @example
 * const tokens = createTokenClient({
 *   authorize: {
 *     webserver: 'https://www.example.com',
 *     service: 'presence',
 *     groupid: 12345,
 *     credentials: { username: 'agent@example.com', loginkey: '$1$2000000000$signed-by-your-server' },
 *   },
 *   allowedOrigins: ['https://presence.example.com'],
 * });
 * const response = await tokens.fetchWithToken('https://presence.example.com/lookupvisitor');
 */
export function createTokenClient(options: TokenClientOptions = {}): TokenClient {
  checkOptions<TokenClientOptions>('createTokenClient', options, {
    authorize: true,
    fetchToken: true,
    identity: true,
    storage: true,
    expiryMarginSeconds: true,
    timeoutMs: true,
    allowedOrigins: true,
    elementId: true,
    fetch: true,
    locks: true,
    now: true,
    random: true,
  });
  const { authorize, identity } = options;
  if (authorize !== undefined) {
    checkOptions<AuthorizeParams>('createTokenClient: authorize', authorize, AUTHORIZE_PARAMS);
    checkCredentials('createTokenClient: authorize', authorize);
  }
  if (identity !== undefined) {
    checkOptions<Partial<TokenIdentity>>('createTokenClient: identity', identity, {
      server: true,
      service: true,
      group: true,
      subject: true,
    });
  }
  return checkCalls(createUncheckedTokenClient(options));
}

const AUTHORIZE_PARAMS: OptionNames<AuthorizeParams> = {
  webserver: true,
  service: true,
  groupid: true,
  credentials: true,
  duration: true,
};

/** A misspelt secret would leave the owner alone, whose cached token would then be used. */
function checkCredentials(owner: string, { credentials }: AuthorizeParams): void {
  // Missing credentials are a `TokenError`.
  if (typeof credentials !== 'object' || credentials === null) return;
  checkOptions<CredentialSet | CredentialOwner>(`${owner}: credentials`, credentials, {
    username: true,
    password: true,
    g4scredentials: true,
    loginkey: true,
    gssnid: true,
    partnerid: true,
    partneruserid: true,
  });
}

/** Makes the methods of a client reject unknown options. */
function checkCalls(client: TokenClient): TokenClient {
  return {
    ...client,
    async getToken(options = {}) {
      checkOptions<TokenRequestOptions>('getToken', options, { signal: true });
      return client.getToken(options);
    },
    authorize(options) {
      const names = { ...AUTHORIZE_PARAMS, onsuccess: true, onfail: true } as const;
      checkOptions<AuthorizeOptions>('authorize', options, names);
      checkCredentials('authorize', options);
      client.authorize(options);
    },
    setToken(token, options = {}) {
      checkOptions<SetTokenOptions>('setToken', options, { expiration: true });
      client.setToken(token, options);
    },
    clearToken(options = {}) {
      checkOptions<ClearTokenOptions>('clearToken', options, { all: true });
      client.clearToken(options);
    },
  };
}

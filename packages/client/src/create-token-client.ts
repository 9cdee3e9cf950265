import { checkOptions } from './check-options.js';
import { createUncheckedTokenClient, type TokenClient } from './token/token-client.js';
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
 * @throws TypeError if an option is unknown or invalid.
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
    checkOptions<AuthorizeParams>('createTokenClient: authorize', authorize, {
      webserver: true,
      service: true,
      groupid: true,
      credentials: true,
      duration: true,
    });
  }
  if (identity !== undefined) {
    checkOptions<Partial<TokenIdentity>>('createTokenClient: identity', identity, {
      server: true,
      service: true,
      group: true,
      subject: true,
    });
  }
  return createUncheckedTokenClient(options);
}

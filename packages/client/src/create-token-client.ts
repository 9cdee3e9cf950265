import { checkOptions } from './check-options.js';
import type { AuthorizeParams } from './token/authorize-params.js';
import { type TokenClient, toTokenClient } from './token/token-client.js';
import type { TokenClientOptions } from './token/token-client-options.js';
import type { TokenIdentity } from './token/token-key.js';

/**
 * A token client. It asks for a token when one is first needed, and never while a valid one is there.
 * @throws TypeError if an option is unknown or invalid.
 * @throws TokenError `missing_credentials` or `invalid_duration`, if `authorize` is given and is so.
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
  return toTokenClient(options);
}

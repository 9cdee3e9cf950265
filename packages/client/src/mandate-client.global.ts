import { createUncheckedTokenClient } from './token/token-client.js';
import { TOKEN_ERROR_CODES, TokenError } from './token/token-error.js';

// Set as a global instead of exported, because the wrapper for exports would be 5 % of the script.
Object.assign(globalThis, {
  MandateClient: { createTokenClient: createUncheckedTokenClient, TOKEN_ERROR_CODES, TokenError },
});

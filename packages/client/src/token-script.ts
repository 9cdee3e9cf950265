export { createTokenClient } from './token/token-client.js';
export { FAILURE_REASONS, TokenError } from './token/token-error.js';

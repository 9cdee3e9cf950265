import { toTokenClient } from './token/token-client.js';
import { FAILURE_REASONS, TokenError } from './token/token-error.js';

// Not exported: what compilers wrap exports in is a twentieth of the whole script.
Object.assign(globalThis, {
  MandateClient: { createTokenClient: toTokenClient, FAILURE_REASONS, TokenError },
});

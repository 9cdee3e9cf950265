import { ownScript } from './token/page-token.js';
import { createUncheckedTokenClient } from './token/token-client.js';
import { TOKEN_ERROR_CODES, TokenError } from './token/token-error.js';

// Set as a global instead of exported, because the wrapper for exports would be 5 % of the script.
Object.assign(globalThis, {
  MandateClient: { createTokenClient: createUncheckedTokenClient, TOKEN_ERROR_CODES, TokenError },
});

// For pages that were written for the Glance document. An element with the id `GLANCE` is a property of
// `window` too, but not one of its own.
if (ownScript?.dataset['glance'] !== undefined) {
  const { value } = Object.getOwnPropertyDescriptor(globalThis, 'GLANCE') ?? {};
  const Authorization = createUncheckedTokenClient();
  Object.assign(globalThis, { GLANCE: Object.assign(Object(value), { Authorization }) });
}

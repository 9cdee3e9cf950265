export { createTokenAdminHandler, type TokenAdminOptions } from './admin-handler.js';
export { TOKEN_ADMIN_OPENAPI } from './admin-openapi.js';
export { createMemoryTokenStore } from './memory-token-store.js';
export type { NewToken } from './new-token.js';
export {
  type Admin,
  createTokenAuthority,
  type IssuedToken,
  type TokenAuthority,
  type TokenAuthorityOptions,
} from './token-authority.js';
export {
  TokenAuthorityError,
  type TokenAuthorityErrorCode,
  type TokenIssue,
} from './token-authority-error.js';
export { createTokenFormat, createTokenPattern, type TokenFormat } from './token-format.js';
export { createTokenHasher, type Pepper, type TokenHasher } from './token-hasher.js';
export {
  type AuditEntry,
  readStatus,
  type TokenGrant,
  type TokenRecord,
  type TokenStatus,
} from './token-record.js';
export type {
  FoundToken,
  Page,
  PageRequest,
  TokenChange,
  TokenFilter,
  TokenStore,
} from './token-store.js';
export {
  createTokenVerifier,
  type IssuedTokenVerifier,
  type TokenVerifierOptions,
} from './token-verifier.js';

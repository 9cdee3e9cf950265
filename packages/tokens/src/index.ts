export { createMemoryTokenStore } from './store/memory-token-store.js';
export type {
  FoundToken,
  Page,
  PageRequest,
  SecretReplacement,
  TokenChange,
  TokenCount,
  TokenFilter,
  TokenPageRequest,
  TokenSortKey,
  TokenStore,
} from './store/token-store.js';
export type { NewToken } from './token/new-token.js';
export {
  TokenAuthorityError,
  type TokenAuthorityErrorCode,
  type TokenIssue,
} from './token/token-authority-error.js';
export { createTokenFormat, createTokenPattern, type TokenFormat } from './token/token-format.js';
export { createTokenHasher, type Pepper, type TokenHasher } from './token/token-hasher.js';
export {
  type AuditEntry,
  getTokenStatus,
  type TokenGrant,
  type TokenRecord,
  type TokenStatus,
} from './token/token-record.js';
export {
  type Admin,
  createTokenAuthority,
  type IssuedToken,
  type RevocationResult,
  type TokenAuthority,
  type TokenAuthorityOptions,
} from './token-authority.js';
export {
  createTokenVerifier,
  type IssuedTokenVerifier,
  type TokenVerifierOptions,
} from './verifier/token-verifier.js';

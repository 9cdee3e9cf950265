export {
  type AttemptLimit,
  type AttemptLimiter,
  checkAttemptLimit,
  createAttemptLimiter,
} from '../attempts/attempt-limiter.js';
export {
  type CheckG4sCredentials,
  type Directory,
  DirectoryError,
  type DirectoryErrorCode,
  type DirectoryUser,
  MAX_API_KEYS,
  type ManagedDirectory,
  type NewMembership,
} from '../directory/directory.js';
export {
  type DirectoryGroup,
  type DirectoryPageRequest,
  resolvePage,
  type UserPageRequest,
} from '../directory/directory-page-request.js';
export {
  checkApiKey,
  createApiKey,
  createSessionId,
  hashSession,
} from '../directory/directory-secrets.js';
export type { DirectoryOptions } from '../directory/memory-directory.js';
export { createPasswordHasher, type PasswordHasher } from '../directory/password-hasher.js';
export { createSecretBox, type SecretBox } from '../signing-keys/secret-box.js';
export type {
  SigningKeyRing,
  SigningKeyStore,
  StoredSigningKey,
} from '../signing-keys/signing-key-store.js';

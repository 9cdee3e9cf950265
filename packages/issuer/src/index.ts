export {
  type AttemptLimit,
  type AttemptLimiter,
  checkAttemptLimit,
  createAttemptLimiter,
  createMemoryAttemptLimiter,
  type FlexibleLimiter,
} from './attempt-limiter.js';
export {
  AUTHORIZATION_ERRORS,
  AuthorizationError,
  type AuthorizationErrorOptions,
  type AuthorizationFailure,
} from './authorization-error.js';
export {
  type AuthorizationHandlerOptions,
  createAuthorizationHandler,
} from './authorization-handler.js';
export {
  type Authorization,
  type AuthorizationRequest,
  MAX_DURATION_MINUTES,
} from './authorization-request.js';
export {
  type AuthorizationService,
  type AuthorizationServiceOptions,
  createAuthorizationService,
  type ServiceDescription,
} from './authorization-service.js';
export { type Credentials, readCredentials } from './credentials.js';
export {
  type CheckG4sCredentials,
  type Directory,
  DirectoryError,
  type DirectoryFault,
  type DirectoryUser,
  MAX_API_KEYS,
  type ManagedDirectory,
  type Membership,
  type NewMembership,
} from './directory.js';
export {
  type DirectoryGroup,
  type DirectoryPage,
  readPage,
  type UserPage,
} from './directory-page.js';
export { checkApiKey, createApiKey, createSessionId, hashSession } from './directory-secrets.js';
export type { Signer } from './key-pair.js';
export {
  createLoginKey,
  type LoginKeyExpectation,
  type LoginKeyVerdict,
  MAX_LOGIN_KEY_SECONDS,
  type NewLoginKey,
  verifyLoginKey,
} from './login-key.js';
export { createMemoryDirectory, type DirectoryOptions } from './memory-directory.js';
export {
  createPasswordHasher,
  type DeriveKey,
  type PasswordHasher,
  type PasswordHasherOptions,
} from './password-hasher.js';
export { createSecretBox, type SecretBox } from './secret-box.js';
export {
  createMemorySigningKeyStore,
  type SigningKeyRing,
  type SigningKeyStore,
  type StoredSigningKey,
} from './signing-key-store.js';
export {
  createSigningKeys,
  type SigningAlgorithm,
  type SigningKeys,
  type SigningKeysOptions,
} from './signing-keys.js';

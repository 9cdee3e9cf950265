export {
  type AttemptLimit,
  type AttemptLimiter,
  createAttemptLimiter,
  createMemoryAttemptLimiter,
  type FlexibleLimiter,
} from './attempts/attempt-limiter.js';
export {
  type AuthorizationService,
  createAuthorizationService,
} from './authorize/authorization-service.js';
export type { AuthorizationServiceOptions } from './authorize/authorization-service-options.js';
export type { ServiceDescription } from './authorize/services.js';
export {
  type CheckG4sCredentials,
  type Directory,
  DirectoryError,
  type DirectoryErrorCode,
  type DirectoryUser,
  type ManagedDirectory,
  type Membership,
  type NewMembership,
} from './directory/directory.js';
export type {
  DirectoryGroup,
  DirectoryPageRequest,
  UserPageRequest,
} from './directory/directory-page-request.js';
export {
  createLoginKey,
  type LoginKeyExpectation,
  type LoginKeyVerdict,
  MAX_LOGIN_KEY_SECONDS,
  type NewLoginKey,
  verifyLoginKey,
} from './directory/login-key.js';
export { createMemoryDirectory, type DirectoryOptions } from './directory/memory-directory.js';
export {
  createPasswordHasher,
  type DeriveKey,
  type PasswordHasher,
  type PasswordHasherOptions,
} from './directory/password-hasher.js';
export {
  type AuthorizationHandlerOptions,
  createAuthorizationHandler,
} from './http/authorization-handler.js';
export {
  AUTHORIZATION_ERRORS,
  AuthorizationError,
  type AuthorizationErrorCode,
  type AuthorizationErrorOptions,
} from './request/authorization-error.js';
export {
  type Authorization,
  type AuthorizationRequest,
  MAX_DURATION_MINUTES,
} from './request/authorization-request.js';
export { type LogInCredentials, parseLogInCredentials } from './request/log-in-credentials.js';
export { createSigningKeys } from './signing-keys/create-signing-keys.js';
export type { Signer } from './signing-keys/key-pair.js';
export { createMemorySigningKeyStore } from './signing-keys/signing-key-store.js';
export type {
  SigningAlgorithm,
  SigningKeys,
  SigningKeysOptions,
} from './signing-keys/signing-keys.js';

/** Verifying JWTs: their issuers, whose keys are found, fetched or given, and what their claims mean. */
export type { JwtClaims } from './claims.js';
export type { AsymmetricAlgorithm } from './jws/algorithms.js';
export type { JwtHeader } from './jws/parse-jwt.js';
export type { ClaimsSchema, SchemaIssue, SchemaResult } from './jwt/claims-schema.js';
export {
  createIssuerTable,
  type FindJwtIssuer,
  type IssuerTableOptions,
} from './jwt/create-issuer-table.js';
export { createTenantIssuer, type TenantIssuerOptions } from './jwt/create-tenant-issuer.js';
export type { IssuerTable } from './jwt/issuer-table.js';
export type { ClaimMappings, JwtIssuer } from './jwt/jwt-issuer.js';
export { createJwtVerifier, type JwtVerifierOptions } from './jwt/jwt-verifier.js';
export type { TenantIssuer } from './jwt/tenant-issuer.js';
export type { FetchLike } from './keys/fetch-text.js';
export type { JsonWebKeyLike } from './keys/jwk.js';
export type { KeySet, KeySetHealth, VerificationKey } from './keys/key-set.js';
export type {
  KeyFetchEvent,
  KeySetIssuer,
  KeySetOptions,
  KeySetSettings,
  KeySetUrl,
} from './keys/key-set-options.js';
export { createLocalKeySet, type JsonWebKeySet } from './keys/local-key-set.js';
export { createKeySet } from './keys/remote-key-set.js';

/**
 * Opaque tokens: introspection by the authorization server (RFC 7662), and remembering what a verifier
 * found.
 */
export type { IntrospectionClient } from './introspection/introspection-client.js';
export {
  createIntrospectionVerifier,
  type IntrospectionOptions,
} from './introspection/introspection-verifier.js';
export type { RememberOptions } from './introspection/remember-options.js';
export { rememberVerified } from './introspection/remember-verified.js';

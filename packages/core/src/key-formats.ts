/** Keys that are not published as a JWK Set: PEM, X.509 certificates, `CryptoKey`s, SPIFFE bundles. */
export { parseCertificates } from './key-formats/parse-certificates.js';
export { parseSpiffeBundle } from './key-formats/parse-spiffe-bundle.js';
export { type PublicKeyOptions, toJwk } from './key-formats/to-jwk.js';
export { findKeyFault } from './keys/jwk.js';

import type { AuthorizationService } from '../authorize/authorization-service.js';

/**
 * What an authorization server says about itself (RFC 8414). It offers none of OAuth's grants, so the
 * lists of them are empty; what verifiers come for is `jwks_uri`.
 */
export function createMetadata({ issuer, signingKeys }: AuthorizationService): unknown {
  const base = issuer.replace(/\/$/, '');
  return {
    issuer,
    jwks_uri: `${base}/.well-known/jwks.json`,
    response_types_supported: [],
    grant_types_supported: [],
    token_endpoint_auth_methods_supported: ['none'],
    access_token_signing_alg_values_supported: [signingKeys.algorithm],
    mandate_authorize_endpoint: `${base}/authorize`,
  };
}

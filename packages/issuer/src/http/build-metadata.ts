import type { AuthorizationService } from '../authorize/authorization-service.js';

/**
 * The metadata of the authorization server (RFC 8414). The lists of grants are empty, because it
 * supports none of OAuth's grants. Verifiers need `jwks_uri`.
 */
export function buildMetadata({ issuer, signingKeys }: AuthorizationService): unknown {
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

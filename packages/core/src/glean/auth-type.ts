import { trimWhiteSpace } from '@mandate/internal/trim-white-space';
import type { TokenVerifier } from '../verifier.js';

const AUTH_TYPE = 'x-glean-auth-type';

/**
 * Restricts a verifier to requests with `X-Glean-Auth-Type: OAUTH`, the way in which Glean wants access
 * tokens of an external identity provider to be announced. For deployments whose tokens do not show
 * where they come from, such as opaque access tokens; JWTs are told by their issuer and need no header.
 *
 * Put it before the verifier of issued tokens. The value compares case-insensitively, and any other
 * value counts as none: clients in use send `BEARER`, `GLOBAL` and even `string` with issued tokens.
 */
export function whenGleanOAuth(verifier: TokenVerifier): TokenVerifier {
  return {
    accepts: (credentials) =>
      trimWhiteSpace(credentials.request.header(AUTH_TYPE) ?? '').toUpperCase() === 'OAUTH' &&
      verifier.accepts(credentials),
    verify: (credentials) => verifier.verify(credentials),
  };
}

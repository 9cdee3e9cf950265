import { trimWhiteSpace } from '@mandate/internal/trim-white-space';
import type { TokenVerifier } from '../verifier.js';

const AUTH_TYPE = 'x-glean-auth-type';

/**
 * Restricts a verifier to requests with `X-Glean-Auth-Type: OAUTH`, the header with which Glean's clients
 * announce access tokens of an external identity provider. Use it if the tokens do not show their issuer,
 * such as opaque access tokens. JWTs name their issuer and do not need the header.
 *
 * Put it before the verifier of issued tokens. The value is case-insensitive, and any other value is
 * ignored, because existing clients send `BEARER`, `GLOBAL` and even `string` with issued tokens.
 *
 * @example
 * const verifiers = [whenGleanOAuth(verifier), issuedTokens];
 */
export function whenGleanOAuth<TokenClaims extends object>(
  verifier: TokenVerifier<TokenClaims>,
): TokenVerifier<TokenClaims> {
  return {
    accepts: (credentials) =>
      trimWhiteSpace(credentials.request.header(AUTH_TYPE) ?? '').toUpperCase() === 'OAUTH' &&
      verifier.accepts(credentials),
    verify: (credentials) => verifier.verify(credentials),
    warmUp: async () => verifier.warmUp?.(),
    health: () => verifier.health?.() ?? [],
    audiences: () => verifier.audiences?.() ?? [],
  };
}

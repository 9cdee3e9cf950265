import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkIssuerUrl } from '../keys/check-key-url.js';
import { toNames } from './check-values.js';
import { toScopeList } from './claim-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface HydraOptions extends ProviderOptions {
  /** `urls.self.issuer` of Hydra as it is in `iss`, or the URL of the project of Ory Network. */
  readonly issuer: string;
  /** The audience that clients ask for. A list holds alternatives. */
  readonly audience: string | readonly string[];
}

/**
 * JWT access tokens of Ory Hydra and Ory Network (`strategies.access_token: jwt`):
 * {@link https://www.ory.sh/docs/oauth2-oidc/jwt-access-token JSON Web Token access tokens}.
 *
 * Scopes are those of `scp`, otherwise of `scope` (`strategies.jwt.scope_claim`). ID tokens, which have no
 * `client_id`, are rejected.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   hydra({ issuer: 'https://hydra.example.com', audience: 'https://api.example.com' }),
 * );
 */
export function hydra(options: HydraOptions): JwtIssuer {
  checkOptions<HydraOptions>('hydra', options, {
    issuer: true,
    audience: true,
    ...PROVIDER_OPTIONS,
  });
  checkIssuerUrl('hydra', options.issuer, false);
  return buildIssuer('hydra', options, {
    issuer: options.issuer,
    audience: toNames('hydra', 'audience', options.audience),
    scopes: ({ scp, scope }) => toScopeList(scp ?? scope),
    refuseClaims: ({ client_id }) =>
      client_id === undefined
        ? 'the token names no client (client_id), so it is an ID token'
        : undefined,
  });
}

import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkIssuerUrl } from '../keys/check-key-url.js';
import { toNames } from './check-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface DuendeOptions extends ProviderOptions {
  /** The URL of the server as it is in `iss`: `https://identity.example.com`. */
  readonly issuer: string;
  /** The name of the API resource. Without one, tokens have no `aud`, and any client's token fits any API. */
  readonly audience: string | readonly string[];
}

/**
 * Access tokens of Duende IdentityServer, whose `typ` is `at+jwt`:
 * {@link https://docs.duendesoftware.com/identityserver/tokens/ Tokens}.
 *
 * Scopes are those of `scope`, a list or a string. Tokens of client credentials have no `sub`, so the client is
 * their subject.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   duende({ issuer: 'https://identity.example.com', audience: 'orders' }),
 * );
 */
export function duende(options: DuendeOptions): JwtIssuer {
  checkOptions<DuendeOptions>('duende', options, {
    issuer: true,
    audience: true,
    ...PROVIDER_OPTIONS,
  });
  checkIssuerUrl('duende', options.issuer, false);
  return buildIssuer('duende', options, {
    issuer: options.issuer,
    audience: toNames('duende', 'audience', options.audience),
    types: ['at+jwt'],
    subject: ({ sub, client_id }) => (sub === undefined ? client_id : sub),
    refuseClaims: ({ client_id }) =>
      client_id === undefined ? 'the token names no client (client_id)' : undefined,
  });
}

import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkForm, checkHost, toNames, UUID } from './check-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface PingOneOptions extends ProviderOptions {
  /** The ID of the environment, a UUID. */
  readonly environmentId: string;
  /** The audience of the resource. A list holds alternatives. */
  readonly audience: string | readonly string[];
  /** The host of the region: `auth.pingone.eu`. Default: `auth.pingone.com`. */
  readonly host?: string | undefined;
  /**
   * The custom domain of the environment, if `iss` names it, and then without the environment: {@link
   * https://developer.pingidentity.com/pingone-api/platform/custom-domains.html Custom Domains}. `host` is not used.
   */
  readonly customDomain?: string | undefined;
}

/**
 * Access tokens of PingOne:
 * {@link https://developer.pingidentity.com/pingone-api/foundations/authentication-concepts/access-tokens-and-id-tokens/token-claims.html Token claims}.
 *
 * Tokens of client credentials have no `sub`, so the client is their subject. ID tokens are rejected.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   pingOne({
 *     environmentId: 'abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6',
 *     audience: 'https://api.example.com',
 *     host: 'auth.pingone.eu',
 *   }),
 * );
 */
export function pingOne(options: PingOneOptions): JwtIssuer {
  checkOptions<PingOneOptions>('pingOne', options, {
    environmentId: true,
    audience: true,
    host: true,
    customDomain: true,
    ...PROVIDER_OPTIONS,
  });
  const { environmentId, host = 'auth.pingone.com', customDomain } = options;
  const form = 'the UUID of an environment';
  checkForm({ owner: 'pingOne', name: 'environmentId', form }, environmentId, UUID);
  checkHost('pingOne', 'host', host);
  if (customDomain !== undefined) checkHost('pingOne', 'customDomain', customDomain);
  const issuer = `https://${customDomain ?? `${host}/${environmentId}`}/as`;
  return buildIssuer('pingOne', options, {
    issuer,
    keySetUrl: `${issuer}/jwks`,
    audience: toNames('pingOne', 'audience', options.audience),
    algorithms: ['RS256'],
    subject: ({ sub, client_id }) => (sub === undefined ? client_id : sub),
    refuseClaims: ({ client_id }) =>
      client_id === undefined
        ? 'the token names no client (client_id), so it is an ID token'
        : undefined,
  });
}

import type { PresetName } from '../model/connection-settings.js';
import { PRESETS, SALESFORCE_PATHS } from './presets.js';

/** The OAuth 2.0 endpoints of a provider. */
export interface ProviderEndpoints {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string;
}

/**
 * Returns the OAuth 2.0 endpoints of a Salesforce host.
 *
 * @param host `login.salesforce.com`, `test.salesforce.com` for a sandbox, or a *My Domain*. Users of one
 *   host are unknown to the others.
 * @throws TypeError if `host` is not a host name.
 *
 * @example
 * const { tokenEndpoint } = toSalesforceEndpoints('acme.my.salesforce.com');
 * // https://acme.my.salesforce.com/services/oauth2/token
 */
export function toSalesforceEndpoints(host: string): ProviderEndpoints {
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(host)) {
    throw new TypeError('toSalesforceEndpoints: host must be a host name, without scheme and path');
  }
  const at = (path: string): string => new URL(path, `https://${host}`).href;
  return {
    authorizationEndpoint: at(SALESFORCE_PATHS.authorizationEndpoint),
    tokenEndpoint: at(SALESFORCE_PATHS.tokenEndpoint),
    revocationEndpoint: at(SALESFORCE_PATHS.revocationEndpoint),
  };
}

/** Derives the revocation endpoint from the token endpoint; `undefined` if the preset cannot. */
export function deriveRevocationEndpoint(
  preset: PresetName,
  tokenEndpoint: string,
): string | undefined {
  const { revocationPath } = PRESETS[preset];
  const url = new URL(tokenEndpoint);
  if (revocationPath === undefined || url.pathname !== revocationPath[0]) return undefined;
  url.pathname = revocationPath[1];
  url.search = '';
  return url.href;
}

import type { ClientAuthentication, PresetName } from '../model/connection.js';

/** What is known about a provider before anybody configures it. */
export interface Preset {
  readonly clientAuthentication: ClientAuthentication;
  readonly scopes: readonly string[];
  /** Sent to the authorization endpoint in addition. */
  readonly authorizationParameters: Readonly<Record<string, string>>;
  /** Path of the token endpoint → path of the revocation endpoint beside it. */
  readonly revocationPath: readonly [from: string, to: string] | undefined;
  /** Whether token responses say in `instance_url` where the API is. */
  readonly hasInstanceUrl: boolean;
}

const SALESFORCE_PATHS = {
  authorizationEndpoint: '/services/oauth2/authorize',
  tokenEndpoint: '/services/oauth2/token',
  revocationEndpoint: '/services/oauth2/revoke',
} as const;

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  salesforce: {
    clientAuthentication: 'client_secret_post',
    // Without `refresh_token` it sends none.
    scopes: ['api', 'refresh_token'],
    authorizationParameters: { display: 'popup' },
    revocationPath: [SALESFORCE_PATHS.tokenEndpoint, SALESFORCE_PATHS.revocationEndpoint],
    hasInstanceUrl: true,
  },
  generic: {
    clientAuthentication: 'client_secret_basic',
    scopes: [],
    authorizationParameters: {},
    revocationPath: undefined,
    hasInstanceUrl: false,
  },
};

/** The three addresses of a provider's OAuth 2.0. */
export interface ProviderEndpoints {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string;
}

/**
 * Salesforce's endpoints on one of its hosts: `login.salesforce.com`, `test.salesforce.com` for a
 * sandbox — a log-in at the one is unknown to the other —, or a *My Domain*.
 *
 * @throws TypeError if that is no host name.
 */
export function toSalesforceEndpoints(host: string): ProviderEndpoints {
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(host)) throw new TypeError('host: not a host name');
  const at = (path: string): string => new URL(path, `https://${host}`).href;
  return {
    authorizationEndpoint: at(SALESFORCE_PATHS.authorizationEndpoint),
    tokenEndpoint: at(SALESFORCE_PATHS.tokenEndpoint),
    revocationEndpoint: at(SALESFORCE_PATHS.revocationEndpoint),
  };
}

/** Where tokens are revoked, if the preset knows that from where they are issued. */
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

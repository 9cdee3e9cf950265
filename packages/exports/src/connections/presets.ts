import type { PresetName } from '../model/connection-settings.js';
import type { Preset, ProviderErrorRow } from './preset.js';
import type { ProviderFailureCode } from './provider-failure.js';

export const SALESFORCE_PATHS = {
  authorizationEndpoint: '/services/oauth2/authorize',
  tokenEndpoint: '/services/oauth2/token',
  revocationEndpoint: '/services/oauth2/revoke',
} as const;

const toRows = (code: ProviderFailureCode, ...errors: string[]): readonly ProviderErrorRow[] =>
  errors.map((error) => [error, /(?:)/, code]);

const GENERIC: Preset = {
  endpoints: undefined,
  clientAuthentication: 'client_secret_basic',
  scopes: [],
  scopeSeparator: ' ',
  tokenTypes: [],
  errors: [],
  authorizationParameters: {},
  revocationPath: undefined,
  hasInstanceUrl: false,
};

/** https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm */
const SALESFORCE: Preset = {
  ...GENERIC,
  // Each org has a host of its own; its users are unknown to the others.
  clientAuthentication: 'client_secret_post',
  // Salesforce sends a refresh token only for this scope.
  scopes: ['api', 'refresh_token'],
  errors: [
    ...toRows('unavailable', 'rate_limit_exceeded'),
    // The user or the org is deactivated.
    ...toRows('grant_rejected', 'inactive_user', 'inactive_org'),
    ...toRows('client_rejected', 'invalid_client_id', 'invalid_client_credentials'),
  ],
  authorizationParameters: { display: 'popup' },
  revocationPath: [SALESFORCE_PATHS.tokenEndpoint, SALESFORCE_PATHS.revocationEndpoint],
  hasInstanceUrl: true,
};

/** https://developers.hubspot.com/docs/api-reference/auth-oauth-v3/guide */
const HUBSPOT: Preset = {
  ...GENERIC,
  endpoints: {
    authorizationEndpoint: 'https://app.hubspot.com/oauth/authorize',
    tokenEndpoint: 'https://api.hubapi.com/oauth/v3/token',
  },
  clientAuthentication: 'client_secret_post',
  // The code is in `status`.
  errors: [
    ...toRows('grant_rejected', 'bad_refresh_token', 'bad_auth_code', 'bad_redirect_uri'),
    ...toRows('client_rejected', 'bad_client_id', 'bad_client_secret'),
  ],
};

/**
 * https://www.zoho.com/accounts/protocol/oauth/web-apps/authorization.html and
 * https://help.zoho.com/portal/en/community/topic/kaizen-4-troubleshooting-oauth2-0. Errors arrive with 200.
 * The endpoints are those of the data centre in the United States.
 */
const ZOHO: Preset = {
  ...GENERIC,
  endpoints: {
    authorizationEndpoint: 'https://accounts.zoho.com/oauth/v2/auth',
    tokenEndpoint: 'https://accounts.zoho.com/oauth/v2/token',
  },
  clientAuthentication: 'client_secret_post',
  scopeSeparator: ',',
  errors: [
    // Of a code, and of a refresh token as well.
    ...toRows('grant_rejected', 'invalid_code', 'invalid_redirect_uri'),
    ...toRows('client_rejected', 'invalid_client_secret'),
  ],
  // Zoho sends a refresh token only for these.
  authorizationParameters: { access_type: 'offline', prompt: 'consent' },
  revocationPath: ['/oauth/v2/token', '/oauth/v2/token/revoke'],
};

/**
 * https://docs.slack.dev/reference/methods/oauth.v2.access and
 * https://docs.slack.dev/authentication/using-token-rotation. Errors arrive with 200.
 */
const SLACK: Preset = {
  ...GENERIC,
  endpoints: {
    authorizationEndpoint: 'https://slack.com/oauth/v2/authorize',
    tokenEndpoint: 'https://slack.com/api/oauth.v2.access',
  },
  scopeSeparator: ',',
  tokenTypes: ['bot', 'user'],
  errors: [
    ...toRows('unavailable', 'ratelimited', 'rate_limited'),
    ...toRows('grant_rejected', 'invalid_refresh_token', 'token_revoked', 'token_expired'),
    ...toRows('grant_rejected', 'account_inactive', 'invalid_code', 'code_already_used'),
    ...toRows('grant_rejected', 'bad_redirect_uri', 'invalid_auth'),
    ...toRows('client_rejected', 'invalid_client_id', 'bad_client_secret', 'invalid_grant_type'),
  ],
};

/** https://developers.google.com/identity/protocols/oauth2/web-server */
const GOOGLE: Preset = {
  ...GENERIC,
  endpoints: {
    authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenEndpoint: 'https://oauth2.googleapis.com/token',
  },
  clientAuthentication: 'client_secret_post',
  errors: [
    ...toRows('unavailable', 'rate_limit_exceeded'),
    ...toRows('grant_rejected', 'admin_policy_enforced'),
    ...toRows('client_rejected', 'deleted_client', 'disabled_client', 'org_internal'),
  ],
  // Google sends a refresh token only for these.
  authorizationParameters: { access_type: 'offline', prompt: 'consent' },
  revocationPath: ['/token', '/revoke'],
};

/**
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow and
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const MICROSOFT: Preset = {
  ...GENERIC,
  endpoints: {
    authorizationEndpoint: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize',
    tokenEndpoint: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token',
  },
  clientAuthentication: 'client_secret_post',
  // Microsoft sends a refresh token only for this scope.
  scopes: ['offline_access'],
  errors: [
    ...toRows('grant_rejected', 'bad_token'),
    ...toRows('client_rejected', 'invalid_resource'),
  ],
};

/** Providers as data: endpoints, scopes, and the words that differ from the RFCs, each from its documentation. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  salesforce: SALESFORCE,
  hubspot: HUBSPOT,
  zoho: ZOHO,
  slack: SLACK,
  google: GOOGLE,
  microsoft: MICROSOFT,
  generic: GENERIC,
};

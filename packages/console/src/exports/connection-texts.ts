import type {
  AuthorizationResult,
  ClientAuthentication,
  Connection,
  ConnectionReason,
  ConnectionStatus,
  DeliveryFailure,
  DeliveryStatus,
  ExportType,
  GrantType,
} from '@mandate/exports';

/** A badge: its colour and its text. */
export interface BadgeText {
  readonly class: 'good' | 'bad' | 'warn' | 'quiet';
  readonly text: string;
}

export const CONNECTION_STATUS: Readonly<Record<ConnectionStatus, BadgeText>> = {
  unauthorized: { class: 'quiet', text: 'Not authorized' },
  authorizing: { class: 'warn', text: 'Waiting for log-in' },
  active: { class: 'good', text: 'Active' },
  degraded: { class: 'warn', text: 'Retrying' },
  needs_reauthorization: { class: 'bad', text: 'Authorization needed' },
  disabled: { class: 'quiet', text: 'Disabled' },
};

export const CONNECTION_REASON: Readonly<Record<ConnectionReason, string>> = {
  grant_revoked: 'The authorization has expired or was revoked in the other system.',
  grant_uncertain: 'A token refresh was interrupted, and the earlier tokens are rejected.',
  no_refresh_token:
    'The access token is rejected, and the other system issued no refresh token. Check the scopes.',
  client_rejected: 'The other system rejects the client ID or the client secret. Check both.',
  address_rejected:
    'The other system rejects the IP address of this server. Allow its addresses there.',
  events_rejected: 'The receiver rejects the engagements. See its responses in the delivery log.',
  receiver_refused:
    'The receiver rejects requests, as a firewall or a wrong URL does. Check the URL and allow the addresses of this server.',
  destination_invalid: 'Salesforce does not know the object or a field. Check their API names.',
  quota_exceeded: 'The API quota of the other system is used up.',
  storage_exceeded: 'The storage of the Salesforce organization is full.',
  api_disabled: 'The API of the Salesforce organization is disabled.',
  org_locked: 'The Salesforce organization is locked.',
  feature_disabled:
    'A function that the export needs is not enabled in the Salesforce organization.',
  request_too_long: 'Requests to the Salesforce organization take too long.',
  api_version_retired: 'Salesforce has retired the configured API version. Choose a newer one.',
  internal_error: 'A request could not be made because of an error in this server. See its log.',
  provider_unavailable: 'The access token URL does not respond.',
  receiver_unavailable: 'The receiver does not respond, or responds with errors.',
  proxy_failed: 'The egress proxy does not respond, or rejects the connection.',
  token_refused: 'The receiver rejects a new access token.',
  receiver_gone: 'The receiver has answered 410: it no longer exists.',
  secrets_unreadable: 'The stored secrets are encrypted with a key that this server no longer has.',
};

/** Shown beside the button after a log-in. The script of the page reports `closed`. */
export const AUTHORIZATION_RESULT: Readonly<Record<AuthorizationResult | 'closed', string>> = {
  authorized: 'Authorized. Engagements are delivered from now on.',
  authorized_without_refresh_token:
    'Authorized, but only until the access token expires: the other system issued no refresh token. Check the scopes.',
  refresh_token_missing:
    'The other system issued no refresh token, so the earlier authorization was kept. Check the scopes.',
  denied:
    'The log-in was cancelled, or access was declined in the other system. Nothing was changed.',
  closed:
    'The log-in was not completed. Nothing was changed. If its window is still open, complete it there; the result appears here.',
  state_unknown: 'This log-in took too long, or was already completed. Start again.',
  session_mismatch: 'This log-in was started in another browser. Start again in this browser.',
  issuer_mismatch:
    'The response came from another issuer than the configured one. Check the issuer.',
  provider_error: 'The other system reported an error. Check the authorization URL and the scopes.',
  client_rejected: 'The other system rejects the client ID or the client secret. Check both.',
  code_rejected: 'The other system rejected the authorization code. Start again.',
  address_rejected:
    'The other system rejects the IP address of this server. Allow its addresses there.',
  provider_unavailable: 'The access token URL does not respond. Try again later.',
  response_invalid: 'The response of the access token URL is invalid by OAuth 2.0. Check the URL.',
};

const AUTHORIZED_DISABLED =
  'Authorized. The export is disabled, so nothing is delivered until you enable it.';

/** Whether a log-in stored new tokens. */
export function isAuthorized(result: string): boolean {
  return result === 'authorized' || result === 'authorized_without_refresh_token';
}

/** The colour of a result. A cancelled log-in is not an error. */
export function toResultClass(result: keyof typeof AUTHORIZATION_RESULT): BadgeText['class'] {
  if (result === 'authorized_without_refresh_token') return 'warn';
  if (isAuthorized(result)) return 'good';
  return result === 'closed' || result === 'denied' ? 'quiet' : 'bad';
}

/** The result of a log-in as a sentence that also fits a disabled export. */
export function toResultText(
  result: keyof typeof AUTHORIZATION_RESULT,
  { status }: Pick<Connection, 'status'>,
): string {
  const isDisabled = result === 'authorized' && status === 'disabled';
  return isDisabled ? AUTHORIZED_DISABLED : AUTHORIZATION_RESULT[result];
}

export const GRANT_TYPE: Readonly<Record<GrantType, string>> = {
  authorization_code: 'Authorization code',
  client_credentials: 'Client credentials',
  none: 'None (webhook without OAuth)',
};

/** How the client secret is sent to the access token URL. */
export const CLIENT_AUTHENTICATION: Readonly<Record<ClientAuthentication, string>> = {
  client_secret_basic: 'In a header (client_secret_basic)',
  client_secret_basic_raw: 'In a header, without form encoding',
  client_secret_post: 'In the body (client_secret_post)',
};

/** The kinds of events, by their `export_type`. */
export const EXPORT_TYPE: Readonly<Record<ExportType, string>> = {
  engagement_start: 'Engagement started',
  engagement: 'Engagement ended',
  engagement_transfer: 'Engagement transferred',
  user_presence_update: 'Presence update',
};

/** The name of an event; an unknown kind is shown as it is. */
export function toEventName(exportType: string, revision: number): string {
  const name = Object.hasOwn(EXPORT_TYPE, exportType)
    ? EXPORT_TYPE[exportType as ExportType]
    : exportType;
  return revision === 0 ? name : `${name}, correction ${revision}`;
}

export const DELIVERY_STATUS: Readonly<Record<DeliveryStatus, BadgeText>> = {
  pending: { class: 'warn', text: 'Pending' },
  delivered: { class: 'good', text: 'Delivered' },
  dead: { class: 'bad', text: 'Dead letter' },
};

export const DELIVERY_FAILURE: Readonly<Record<DeliveryFailure, string>> = {
  forbidden: 'The authorizing user lacks permission to write this record',
  rejected: 'The receiver rejects this event',
  ambiguous: 'Several records have this external ID',
  unreadable: 'The event does not fit the configured fields',
  other_site: 'The export now belongs to another site',
  unauthorized: 'The receiver rejects the access token',
  redirected: 'The receiver redirects to another address',
  gone: 'The receiver no longer exists',
  throttled: 'Rate-limited by the receiver',
  receiver_refused: 'The receiver, or a firewall before it, rejects requests',
  destination_invalid: 'Salesforce does not know the object or a field',
  quota_exceeded: 'The API quota is used up',
  storage_exceeded: 'The storage of the Salesforce organization is full',
  api_disabled: 'The API of the Salesforce organization is disabled',
  org_locked: 'The Salesforce organization is locked',
  feature_disabled: 'A function of the Salesforce organization is not enabled',
  request_too_long: 'The request took too long in Salesforce',
  api_version_retired: 'Salesforce has retired the API version',
  receiver_unavailable: 'The receiver does not respond',
  proxy_failed: 'The egress proxy does not respond, or rejects the connection',
  address_refused: 'The receiver does not have a public https address',
};

/** Whether a text of an address names a result. */
export function isResult(text: string): text is keyof typeof AUTHORIZATION_RESULT {
  return Object.hasOwn(AUTHORIZATION_RESULT, text);
}

import type {
  AuthorizationResult,
  Connection,
  ConnectionReason,
  ConnectionStatus,
  DeliveryFailure,
  DeliveryStatus,
} from '@mandate/exports';

/** How a word looks: its colour, and what it says. */
export interface BadgeText {
  readonly class: 'good' | 'bad' | 'warn' | 'quiet';
  readonly text: string;
}

export const CONNECTION_STATUS: Readonly<Record<ConnectionStatus, BadgeText>> = {
  unauthorized: { class: 'quiet', text: 'Not authorized' },
  authorizing: { class: 'warn', text: 'Log-in under way' },
  active: { class: 'good', text: 'Active' },
  degraded: { class: 'warn', text: 'Trouble, trying on' },
  needs_reauthorization: { class: 'bad', text: 'Authorization ended' },
  disabled: { class: 'quiet', text: 'Disabled' },
};

export const CONNECTION_REASON: Readonly<Record<ConnectionReason, string>> = {
  grant_revoked: 'The system no longer honours the authorization: it expired or was revoked.',
  grant_uncertain: 'A renewal was interrupted, and the earlier tokens are refused.',
  no_refresh_token:
    'The system gave no refresh token, and the access token is refused. Check the scopes there.',
  client_rejected: 'The system refuses this server: check customer ID and customer secret.',
  address_rejected: 'The system refuses this server by its address: allow its addresses there.',
  quota_exceeded: 'The quota of the system is used up.',
  provider_unavailable: 'The system that gives out tokens does not answer.',
  receiver_unavailable: 'The receiver does not answer, or answers with errors.',
  token_refused: 'The receiver refuses a token that is fresh.',
  receiver_gone: 'The receiver said that it is gone for good.',
  secrets_unreadable: 'What is stored was sealed with a key that this server no longer has.',
};

/** What is shown beside the button once a log-in ended; `closed` is the browser's word. */
export const AUTHORIZATION_RESULT: Readonly<Record<AuthorizationResult | 'closed', string>> = {
  authorized: 'Authorized. Engagements are delivered from now on.',
  denied: 'Access was denied there. Nothing was changed.',
  closed:
    'The window was closed, or the other system keeps it apart. Nothing was changed; if the log-in goes on there, its result appears here.',
  state_unknown: 'That log-in is not known: it took too long, or was answered before. Start again.',
  session_mismatch: 'That log-in was begun in another browser. Start again in this one.',
  issuer_mismatch: 'The answer came from another system than the one that was asked.',
  provider_error: 'The system answered with an error. Check the authorization URL and the scopes.',
  client_rejected: 'The system refuses this server: check customer ID and customer secret.',
  code_rejected: 'The system did not accept its own answer. Start again.',
  address_rejected: 'The system refuses this server by its address: allow its addresses there.',
  provider_unavailable: 'The access token URL does not answer. Try again in a while.',
  response_invalid: 'The access token URL did not answer as OAuth 2.0 says. Check it.',
};

const AUTHORIZED_DISABLED =
  'Authorized. The export is disabled: nothing is delivered until it is enabled.';

/** How a log-in ended, in a sentence that is true of the export. */
export function writeResult(
  result: keyof typeof AUTHORIZATION_RESULT,
  { status }: Pick<Connection, 'status'>,
): string {
  const isDisabled = result === 'authorized' && status === 'disabled';
  return isDisabled ? AUTHORIZED_DISABLED : AUTHORIZATION_RESULT[result];
}

export const DELIVERY_STATUS: Readonly<Record<DeliveryStatus, BadgeText>> = {
  pending: { class: 'warn', text: 'Pending' },
  delivered: { class: 'good', text: 'Delivered' },
  dead: { class: 'bad', text: 'Dead letter' },
};

export const DELIVERY_FAILURE: Readonly<Record<DeliveryFailure, string>> = {
  forbidden: 'Who authorized it may not write this',
  rejected: 'The receiver does not want it',
  ambiguous: 'Several records have this external ID',
  unreadable: 'It cannot be turned into what the receiver takes',
  other_site: 'The export was given to another site since',
  unauthorized: 'The receiver refuses the token',
  redirected: 'The receiver redirects elsewhere',
  gone: 'The receiver is gone',
  throttled: 'The receiver wants less at a time',
  quota_exceeded: 'The quota is used up',
  receiver_unavailable: 'The receiver does not answer',
  address_refused: 'The receiver has no public https address',
};

/** Whether that names a result: addresses can be made up. */
export function isResult(text: string): text is keyof typeof AUTHORIZATION_RESULT {
  return Object.hasOwn(AUTHORIZATION_RESULT, text);
}

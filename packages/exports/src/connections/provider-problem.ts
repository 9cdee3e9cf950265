import type { ProviderErrorRow } from './preset.js';
import {
  type ProviderFailureCode,
  type ProviderOperation,
  type ProviderProblem,
  toSafeErrorCode,
} from './provider-failure.js';

/** An answer that holds no tokens. */
export interface RefusedAnswer {
  readonly status: number;
  readonly text: string;
  /** Unix milliseconds, from `Retry-After`. */
  readonly notBeforeMs: number | undefined;
}

/** How a connection reads refusals. */
export interface RefusalRules {
  /** The preset's own words. They precede the common ones. */
  readonly errors: readonly ProviderErrorRow[];
  /** Further error codes after which a person must authorize again. */
  readonly reauthorizationErrors: readonly string[];
}

const ANY = /(?:)/;

/** The errors of RFC 6749 §5.2, OpenID Connect Core §3.1.2.6 and RFC 6750 §3.1. The first match counts. */
const ERRORS: readonly ProviderErrorRow[] = [
  ['invalid_grant', /already being processed/, 'busy'],
  ['invalid_grant', /\bip\b/, 'address_rejected'],
  ['invalid_grant', ANY, 'grant_rejected'],
  // Only a person can log in, consent or choose an account, and a refresh has no person.
  ['interaction_required', ANY, 'grant_rejected'],
  ['login_required', ANY, 'grant_rejected'],
  ['consent_required', ANY, 'grant_rejected'],
  ['account_selection_required', ANY, 'grant_rejected'],
  ['access_denied', ANY, 'grant_rejected'],
  ['invalid_token', ANY, 'grant_rejected'],
  ['invalid_client', ANY, 'client_rejected'],
  ['unauthorized_client', ANY, 'client_rejected'],
  ['unsupported_grant_type', ANY, 'client_rejected'],
];

/** Salesforce answers a second, concurrent refresh with this description. */
const REFRESH_ERRORS: readonly ProviderErrorRow[] = [
  ['invalid_grant', /expired authorization code/, 'busy'],
  // The request is the same for every user, so the client's registration must be at fault.
  ['invalid_request', ANY, 'client_rejected'],
  ['invalid_scope', ANY, 'client_rejected'],
];

/** In an exchange, these errors concern the code and its redirect URI. */
const EXCHANGE_ERRORS: readonly ProviderErrorRow[] = [
  ['invalid_request', ANY, 'grant_rejected'],
  ['invalid_scope', ANY, 'grant_rejected'],
  ['redirect_uri_mismatch', ANY, 'grant_rejected'],
];

/**
 * A limit passes by itself, so it must not end a grant, whatever `error` stands beside it. Salesforce answers
 * `invalid_grant` and *login rate exceeded*; Zoho answers *Access Denied* and *too many requests*.
 */
const LIMIT =
  /too many (?:requests|log-?ins|login attempts|attempts)|rate (?:limit )?exceeded|(?:logins?|limit) exceeded/;

/** Maps an answer without tokens to a problem. An unknown answer never ends a grant. */
export function toProviderProblem(
  operation: ProviderOperation,
  { status, text, notBeforeMs }: RefusedAnswer,
  rules: RefusalRules,
): ProviderProblem {
  const { error, description } = parseErrorBody(text);
  const code = isRefusal(status, { error, description })
    ? findCode(operation, { error, description }, rules)
    : undefined;
  return {
    code: code ?? 'unavailable',
    // `busy` means that the provider is processing an earlier request.
    mayHaveWorked: status >= 500 || code === 'busy',
    status,
    error: toSafeErrorCode(error),
    notBeforeMs,
  };
}

/** Also a 2xx with an error, because some providers report errors inside it. */
function isRefusal(status: number, { error, description }: ErrorBody): boolean {
  return status < 500 && status !== 429 && !LIMIT.test(description) && error !== '';
}

function findCode(
  operation: ProviderOperation,
  { error, description }: ErrorBody,
  { errors, reauthorizationErrors }: RefusalRules,
): ProviderFailureCode | undefined {
  const name = toErrorName(error);
  if (reauthorizationErrors.some((word) => toErrorName(word) === name)) return 'grant_rejected';
  const own = operation === 'exchange' ? EXCHANGE_ERRORS : REFRESH_ERRORS;
  const table = [...errors, ...own, ...ERRORS];
  return table.find(([word, pattern]) => word === name && pattern.test(description))?.[2];
}

/** One spelling of `BAD_REFRESH_TOKEN`, `access-denied` and `Access Denied`. */
function toErrorName(error: string): string {
  return error.toLowerCase().replaceAll(/[ -]/g, '_');
}

interface ErrorBody {
  /** Empty if there is none. */
  readonly error: string;
  readonly description: string;
}

const MAX_ERROR_LENGTH = 200;

/**
 * Parses an error response (RFC 6749 §5.2). HubSpot has its code in `status`, other providers in `code` or
 * `errorCode`. Any other body yields no error.
 */
function parseErrorBody(text: string): ErrorBody {
  try {
    const body = JSON.parse(text) ?? {};
    const { error, status, code, errorCode, error_description: description, message } = body;
    const isError = (value: unknown): value is string =>
      typeof value === 'string' && value !== '' && value.length <= MAX_ERROR_LENGTH;
    const texts = [description, message].filter((value) => typeof value === 'string');
    return {
      error: [error, status, code, errorCode].find(isError) ?? '',
      description: texts.join(' ').toLowerCase(),
    };
  } catch {
    return { error: '', description: '' };
  }
}

import type { AuthError, AuthErrorStatus } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';

/** A refusal as an HTTP response that an adapter sends. */
export interface Denial {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What `renderDenial` changes of the default answer. */
export interface DenialChange {
  /** Another status, 400 to 599. */
  readonly status?: number | undefined;
  /**
   * Headers to add or replace, with names in lower case. `null` removes a header: the challenge
   * (`www-authenticate`), `retry-after` and `cache-control` stay unless they are named.
   */
  readonly headers?: Readonly<Record<string, string | null>> | undefined;
  /** Another body. Without a `content-type` header, it is `text/plain`. */
  readonly body?: string | undefined;
}

/** Changes the answer to a rejected request. It must not include `error.message`. */
export type RenderDenial = (error: AuthError, request: AuthRequest) => DenialChange;

/** Writes the whole answer to a rejected request. */
export type WriteDenial = (error: AuthError, request: AuthRequest) => Denial;

/**
 * Creates the writer of denials. The default is `application/problem+json` (RFC 9457) with `code` as an
 * extension, and the challenge of RFC 6750 §3 with status 401 and with every refusal that has an `error`.
 */
export function createDenialWriter(
  realm: string | undefined,
  renderDenial: RenderDenial | undefined,
): WriteDenial {
  const challenge = createChallengeWriter(realm);
  const writeProblem = (error: AuthError): Denial => ({
    status: error.status,
    headers: { 'content-type': 'application/problem+json', ...toDenialHeaders(error, challenge) },
    body: toProblemBody(error),
  });
  if (renderDenial === undefined) return writeProblem;
  return (error, request) => changeDenial(writeProblem(error), renderDenial(error, request));
}

function toProblemBody({ status, detail, code }: AuthError): string {
  const title = STATUS_TITLES[status];
  return JSON.stringify({ type: 'about:blank', title, status, detail, code });
}

function changeDenial(denial: Denial, change: DenialChange): Denial {
  const { status = denial.status, body = denial.body } = change;
  if (!Number.isInteger(status) || status < 400 || status > 599 || typeof body !== 'string') {
    throw new TypeError(
      'renderDenial must return { status, headers, body } with status 400 to 599',
    );
  }
  const type = change.body === undefined ? {} : { 'content-type': 'text/plain; charset=utf-8' };
  const headers = Object.entries({ ...denial.headers, ...type, ...change.headers });
  const kept = headers.filter((entry): entry is [string, string] => entry[1] !== null);
  return { status, headers: Object.fromEntries(kept), body };
}

/**
 * The reason phrases of the statuses in the error table (RFC 9110 §15). The type is the table's, so
 * the compiler rejects a new status without a phrase.
 */
export const STATUS_TITLES: Readonly<Record<AuthErrorStatus, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  503: 'Service Unavailable',
};

/**
 * Returns the headers of a refusal, which do not depend on the format of its body. RFC 9110 §15.5.2 requires
 * a challenge with 401, and RFC 6750 §3.1 returns each `error` code in a challenge, whatever the status.
 *
 * @example
 * const writeChallenge = createChallengeWriter('api');
 * const headers = toDenialHeaders(new AuthError('token_expired'), writeChallenge);
 */
export function toDenialHeaders(
  error: AuthError,
  challenge: (error: AuthError) => string,
): Record<string, string> {
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  if (error.status === 401 || error.oauthError !== undefined) {
    headers['www-authenticate'] = challenge(error);
  }
  if (error.retryAfterSeconds !== undefined) {
    headers['retry-after'] = String(error.retryAfterSeconds);
  }
  return headers;
}

/**
 * Creates the function that writes the challenge of a refusal (RFC 6750 §3). The challenge is bare if the
 * request had no credentials.
 * @throws TypeError if the realm has a character that a quoted string cannot contain.
 *
 * @example
 * const writeChallenge = createChallengeWriter('api');
 * writeChallenge(new AuthError('token_expired')); // 'Bearer realm="api", error="invalid_token", …'
 */
export function createChallengeWriter(realm: string | undefined): (error: AuthError) => string {
  if (realm !== undefined && !/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(realm)) {
    throw new TypeError('realm must be printable ASCII without quotes or backslashes');
  }
  return ({ oauthError, detail, requiredScopes, stepUp }) => {
    const attributes = [
      ['realm', realm],
      ['error', oauthError],
      ['error_description', oauthError && detail],
      ['scope', requiredScopes?.join(' ')],
      ['acr_values', stepUp?.acrValues?.join(' ')],
      ['max_age', stepUp?.maxAuthAgeSeconds],
    ];
    const written = attributes.filter(([, value]) => value).map(([name, v]) => `${name}="${v}"`);
    return written.length === 0 ? 'Bearer' : `Bearer ${written.join(', ')}`;
  };
}

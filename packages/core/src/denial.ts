import type { AuthError, AuthErrorStatus } from './auth-error.js';

/** A refusal as HTTP, for an adapter to write. */
export interface Denial {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Makes the answer to a refused request. It must not put `error.message` into it. */
export type RenderDenial = (error: AuthError) => Denial;

/**
 * The standard answer: `application/problem+json` (RFC 9457) with `code` as an extension, and the
 * challenge of RFC 6750 §3 on 401 and wherever the refusal has an `error`.
 */
export function createProblemRenderer(realm: string | undefined): RenderDenial {
  const challenge = createChallengeWriter(realm);
  return (error) => ({
    status: error.status,
    headers: {
      'content-type': 'application/problem+json',
      ...toDenialHeaders(error, challenge),
    },
    body: JSON.stringify({
      type: 'about:blank',
      title: REASONS[error.status],
      status: error.status,
      detail: error.detail,
      code: error.code,
    }),
  });
}

/**
 * The reason phrases of the statuses in the error table (RFC 9110 §15). The type is the table's, so
 * the compiler rejects a new status without a phrase.
 */
export const REASONS: Readonly<Record<AuthErrorStatus, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  503: 'Service Unavailable',
};

/**
 * The headers that a refusal has whatever its body looks like. RFC 9110 §15.5.2 requires a challenge
 * on 401, and RFC 6750 §3.1 returns every `error` code in one, whatever the status.
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
 * Writes the challenge of RFC 6750 §3: bare if the request had no credentials at all.
 * @throws TypeError if the realm cannot stand in a quoted string.
 */
export function createChallengeWriter(realm: string | undefined): (error: AuthError) => string {
  if (realm !== undefined && !/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(realm)) {
    throw new TypeError('realm must be printable ASCII without quotes or backslashes');
  }
  return ({ oauthError, detail, requiredScopes }) => {
    const attributes = [
      ['realm', realm],
      ['error', oauthError],
      ['error_description', oauthError && detail],
      ['scope', requiredScopes?.join(' ')],
    ];
    const written = attributes.filter(([, value]) => value).map(([name, v]) => `${name}="${v}"`);
    return written.length === 0 ? 'Bearer' : `Bearer ${written.join(', ')}`;
  };
}

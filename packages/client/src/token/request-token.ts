import { parseDate, parseTokenAnswer, type TimedToken } from './token-answer.js';
import { isTokenErrorCode, TokenError, type TokenErrorCode } from './token-error.js';
import type { TokenRequest } from './token-request.js';

/** The platform's `fetch`, or a function with the same behaviour. */
export type FetchLike = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** What a request needs besides its parameters. */
export interface RequestContext {
  readonly fetch: FetchLike;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Asks an authorization service for a token: `POST <webserver>/authorize`, JSON in both directions.
 * @throws TokenError with the code of the service, or `network`, `timeout` or `service_error`.
 */
export async function requestToken(
  request: TokenRequest,
  { fetch, now, signal }: RequestContext,
): Promise<TimedToken> {
  if (request.body === undefined) throw new TokenError('missing_credentials');
  const askedAtMs = now();
  const response = await send(request, fetch, signal);
  const answer = await readAnswer(response);
  if (!response.ok) throw toFailure(response, answer);
  checkGroup(answer, request.group);
  return parseTokenAnswer(answer, {
    askedAtMs,
    fresh: true,
    serverTimeMs: parseDate(response.headers.get('date') ?? ''),
    maxLifetimeMs: request.maxLifetimeMs,
  });
}

async function send(
  { url, body = '' }: TokenRequest,
  fetch: FetchLike,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body,
      signal,
      // Only the body identifies a user, and it goes nowhere else.
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    });
  } catch (cause) {
    throw new TokenError('network', undefined, { cause });
  }
}

/** The members of a JSON object. Any other answer has no members. */
type Answer = Readonly<Record<string, unknown>>;

async function readAnswer(response: Response): Promise<Answer> {
  try {
    return { ...JSON.parse(await response.text()) };
  } catch {
    return {};
  }
}

/** The service states a code; a proxy in front of it has only the status. */
const CODE_OF_STATUS: Readonly<Record<number, TokenErrorCode>> = {
  401: 'invalid_credentials',
  429: 'rate_limited',
  504: 'timeout',
};

function toFailure(response: Response, answer: Answer): TokenError {
  const named = [answer['reason'], answer['code']].find(isTokenErrorCode);
  const code = named ?? CODE_OF_STATUS[response.status] ?? 'service_error';
  // `Retry-After` may also be a date, which is ignored.
  const retryAfterSeconds = Number(response.headers.get('retry-after')) || undefined;
  return new TokenError(code, undefined, { retryAfterSeconds });
}

/** A token is valid for one group only, so a token for another group must not enter the cache. */
function checkGroup(answer: Answer, group: string | undefined): void {
  const groupId = answer['groupId'] ?? group;
  if (group !== undefined && String(groupId) !== group) {
    throw new TokenError('service_error', 'the token is for another group');
  }
}

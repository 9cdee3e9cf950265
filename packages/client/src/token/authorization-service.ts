import type { Authorization } from './authorize-params.js';
import { type IssuedToken, parseDate, readTokenAnswer } from './token-answer.js';
import { type FailureReason, isFailureReason, TokenError } from './token-error.js';

/** The platform's `fetch`, or one with the same meaning. */
export type FetchLike = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** What a request to a service needs besides what is asked. */
export interface RequestTools {
  readonly fetch: FetchLike;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Asks an authorization service for a token: `POST <webserver>/authorize`, JSON both ways.
 * @throws TokenError with the reason of the service, or what hindered its answer.
 */
export async function requestToken(
  authorization: Authorization,
  { fetch, now, signal }: RequestTools,
): Promise<IssuedToken> {
  if (authorization.body === undefined) throw new TokenError('missing_credentials');
  const askedAtMs = now();
  const response = await send(authorization, fetch, signal);
  const answer = await readAnswer(response);
  if (!response.ok) throw readFailure(response, answer);
  checkGroup(answer, authorization.group);
  return readTokenAnswer(answer, {
    askedAtMs,
    fresh: true,
    serverTimeMs: parseDate(response.headers.get('date') ?? ''),
    maxLifetimeMs: authorization.maxLifetimeMs,
  });
}

async function send(
  { url, body = '' }: Authorization,
  fetch: FetchLike,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body,
      signal,
      // Only what is written here identifies anybody, and it goes nowhere else.
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    });
  } catch (cause) {
    throw new TokenError('network', undefined, { cause });
  }
}

/** The members of a JSON object; of anything else there are none. */
type Answer = Readonly<Record<string, unknown>>;

async function readAnswer(response: Response): Promise<Answer> {
  try {
    return { ...JSON.parse(await response.text()) };
  } catch {
    return {};
  }
}

/** The service names its reason; a proxy in front of it has only the status. */
const REASON_OF_STATUS: Readonly<Record<number, FailureReason>> = {
  401: 'invalid_credentials',
  429: 'rate_limited',
  504: 'timeout',
};

function readFailure(response: Response, answer: Answer): TokenError {
  const named = [answer['reason'], answer['code']].find(isFailureReason);
  const reason = named ?? REASON_OF_STATUS[response.status] ?? 'service_error';
  // A date is allowed there too, but not worth reading.
  const retryAfterSeconds = Number(response.headers.get('retry-after')) || undefined;
  return new TokenError(reason, undefined, { retryAfterSeconds });
}

/** A token is for one group only: one for another group than we asked for must not get into the cache. */
function checkGroup(answer: Answer, group: string | undefined): void {
  const groupId = answer['groupId'] ?? group;
  if (group !== undefined && String(groupId) !== group) {
    throw new TokenError('service_error', 'the token is for another group');
  }
}

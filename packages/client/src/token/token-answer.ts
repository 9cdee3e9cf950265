import { readJwtTimes } from './jwt-times.js';
import { TokenError } from './token-error.js';

/** What a `fetchToken` of yours may answer; a bare string is a token that says itself when it expires. */
export interface TokenAnswer {
  readonly token: string;
  /** ISO 8601. Default: the `exp` of the token, if it is a JWT. */
  readonly expiration?: string | undefined;
  /**
   * Seconds the token will still be valid, as the server counts them: OAuth's `expires_in`. Worth
   * more than `expiration`, because no wrong clock of this machine can spoil it.
   */
  readonly expiresInSeconds?: number | undefined;
}

/** A token, and until when it may be used. */
export interface IssuedToken {
  readonly token: string;
  /** What the server says, in Unix milliseconds by the server's clock. */
  readonly expirationMs: number;
  /** When it was asked for, in Unix milliseconds by our clock. */
  readonly receivedAtMs: number;
  /** How long it is valid from then on: whose clock is wrong no longer matters. */
  readonly lifetimeMs: number;
}

/** What is known of the server's clock and promises besides its answer. */
export interface AnswerContext {
  /** Our time when the request was sent: what the answer took is taken off the token's life. */
  readonly askedAtMs: number;
  /** The service makes a new token for every request, so that `exp - iat` is what is left of it. */
  readonly fresh: boolean;
  /** The server's time, from the `Date` header, where the page may read it. */
  readonly serverTimeMs?: number | undefined;
  readonly maxLifetimeMs?: number | undefined;
}

/**
 * Reads an answer with a token. Besides {@link TokenAnswer} it knows the spellings of Glance
 * (`authToken`, `authTokeExp`) and of Genesys (`jwtToken`).
 * @throws TokenError `service_error` if there is no token in it, or nothing says when it expires.
 */
export function readTokenAnswer(answer: unknown, context: AnswerContext): IssuedToken {
  const fields = toFields(answer);
  const token = fields['token'] ?? fields['authToken'] ?? fields['jwtToken'];
  if (!isToken(token)) throw new TokenError('service_error', 'The answer holds no token.');
  const times = readJwtTimes(token);
  const expiresInMs = readSeconds(fields['expiresInSeconds']);
  const expirationMs =
    readDate(fields['expiration'] ?? fields['authTokeExp'] ?? fields['authTokenExp']) ??
    times?.expiresAtMs ??
    (expiresInMs === undefined ? undefined : context.askedAtMs + expiresInMs);
  if (expirationMs === undefined) {
    throw new TokenError('service_error', 'Nothing says when the token expires.');
  }
  const lifetimes = {
    expiresInMs,
    sinceServerTimeMs: minus(expirationMs, context.serverTimeMs),
    sinceIssueMs: minus(times?.expiresAtMs, times?.issuedAtMs),
    byOurClockMs: expirationMs - context.askedAtMs,
    maxMs: context.maxLifetimeMs,
  };
  return {
    token,
    expirationMs,
    receivedAtMs: context.askedAtMs,
    lifetimeMs: chooseLifetime(lifetimes, context.fresh),
  };
}

interface Lifetimes {
  readonly expiresInMs: number | undefined;
  readonly sinceServerTimeMs: number | undefined;
  readonly sinceIssueMs: number | undefined;
  readonly byOurClockMs: number;
  readonly maxMs: number | undefined;
}

/**
 * The shortest of what the server's own clock says. Our clock has a say only where the server's says
 * nothing: a clock that is behind would keep an expired token alive, and one that is ahead would find
 * every new token expired.
 */
function chooseLifetime(lifetimes: Lifetimes, fresh: boolean): number {
  const { expiresInMs, sinceServerTimeMs, sinceIssueMs, byOurClockMs, maxMs } = lifetimes;
  const remaining = [expiresInMs, sinceServerTimeMs, fresh ? sinceIssueMs : undefined];
  const known = remaining.some((ms) => ms !== undefined);
  const all = [...remaining, sinceIssueMs, maxMs, known ? undefined : byOurClockMs];
  return Math.min(...all.filter((ms) => ms !== undefined));
}

function toFields(answer: unknown): Readonly<Record<string, unknown>> {
  if (typeof answer === 'string') return { token: answer };
  return typeof answer === 'object' && answer !== null ? { ...answer } : {};
}

/** What can stand in an `Authorization` header (RFC 6750 §2.1), up to a length nobody needs. */
export const isToken = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 16_384 && /^[\w\-.~+/]+=*$/.test(value);

/**
 * Unix milliseconds of an ISO 8601 date and time with `Z` or an offset. Digits past milliseconds, of
 * which .NET writes seven, are cut off. Without an offset it would mean another moment on every
 * machine, and counts as unreadable.
 */
export function readDate(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const match = ISO_8601.exec(value);
  if (!match) return undefined;
  const [, seconds = '', fraction = '', offset = ''] = match;
  const ms = Date.parse(`${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`);
  return Number.isNaN(ms) ? undefined : ms;
}

const ISO_8601 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

const readSeconds = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value * 1000 : undefined;

const minus = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a - b;

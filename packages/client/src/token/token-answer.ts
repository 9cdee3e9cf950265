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
  if (!isToken(token)) throw new TokenError('service_error', 'the answer holds no token');
  const jwt = readJwtTimes(token);
  const expiresInMs = readSeconds(fields['expiresInSeconds']);
  const expirationMs =
    readDate(fields['expiration'] ?? fields['authTokeExp'] ?? fields['authTokenExp']) ??
    jwt.expiresAtMs ??
    context.askedAtMs + expiresInMs;
  if (expirationMs === UNKNOWN) {
    throw new TokenError('service_error', 'nothing says when the token expires');
  }
  return {
    token,
    expirationMs,
    receivedAtMs: context.askedAtMs,
    lifetimeMs: chooseLifetime(expirationMs, expiresInMs, jwt.lifetimeMs, context),
  };
}

/** How long what nobody limits lasts. */
export const UNKNOWN = Number.POSITIVE_INFINITY;

/**
 * The shortest of what the server's own clock says. Our clock has a say only where the server's says
 * nothing: a clock that is behind would keep an expired token alive, and one that is ahead would find
 * every new token expired.
 */
function chooseLifetime(
  expirationMs: number,
  expiresInMs: number,
  jwtLifetimeMs: number,
  { askedAtMs, fresh, serverTimeMs, maxLifetimeMs }: AnswerContext,
): number {
  const byServerMs = Math.min(
    expiresInMs,
    serverTimeMs === undefined ? UNKNOWN : expirationMs - serverTimeMs,
    fresh ? jwtLifetimeMs : UNKNOWN,
  );
  const remainingMs = byServerMs === UNKNOWN ? expirationMs - askedAtMs : byServerMs;
  return Math.min(remainingMs, jwtLifetimeMs, maxLifetimeMs ?? UNKNOWN);
}

function toFields(answer: unknown): Readonly<Record<string, unknown>> {
  if (typeof answer === 'string') return { token: answer };
  return { ...(answer as object) };
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
  const match = typeof value === 'string' && ISO_8601.exec(value);
  if (!match) return undefined;
  const [, seconds = '', fraction = '', offset = ''] = match;
  return parseDate(`${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`);
}

/** Unix milliseconds of any date that the platform can read. */
export const parseDate = (text: string): number | undefined => Date.parse(text) || undefined;

const ISO_8601 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

const readSeconds = (value: unknown): number =>
  typeof value === 'number' && value >= 0 ? value * 1000 : UNKNOWN;

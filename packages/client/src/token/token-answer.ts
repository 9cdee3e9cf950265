import { parseJwtTimes } from './jwt-times.js';
import { TokenError } from './token-error.js';

/** What `fetchToken` may return. A bare string is a JWT that states its own expiration. */
export interface TokenAnswer {
  readonly token: string;
  /** ISO 8601 with a time zone. Default: the `exp` of a JWT. */
  readonly expiration?: string | undefined;
  /**
   * Seconds for which the token is still valid by the server's count: OAuth's `expires_in`.
   * Preferred to `expiration`, because a wrong clock on this machine does not affect it.
   */
  readonly expiresInSeconds?: number | undefined;
}

/** A token and the times that limit its use. */
export interface TimedToken {
  readonly token: string;
  /** When it expires: Unix milliseconds by the server's clock. */
  readonly expirationMs: number;
  /** When it was requested: Unix milliseconds by the local clock. */
  readonly receivedAtMs: number;
  /** How long it is valid from `receivedAtMs` on. No clock needs to be right. */
  readonly lifetimeMs: number;
}

/** What is known about the server's clock and the request. */
export interface AnswerContext {
  /**
   * Local time when the request was sent. The duration of the request is deducted from the token's
   * lifetime.
   */
  readonly askedAtMs: number;
  /**
   * Whether the service issues a new token for every request, so that `exp - iat` is the time left.
   */
  readonly fresh: boolean;
  /** The server's time from the `Date` header, if the page may read it. */
  readonly serverTimeMs?: number | undefined;
  readonly maxLifetimeMs?: number | undefined;
}

/**
 * Parses an answer that holds a token. Besides {@link TokenAnswer} it accepts the spellings of
 * Glance (`authToken`, `authTokeExp`) and of Genesys (`jwtToken`).
 * @throws TokenError `service_error` if the token or its expiration is missing.
 */
export function parseTokenAnswer(answer: unknown, context: AnswerContext): TimedToken {
  const fields = toFields(answer);
  const token = fields['token'] ?? fields['authToken'] ?? fields['jwtToken'];
  if (!isToken(token)) throw new TokenError('service_error', 'the answer holds no token');
  const jwt = parseJwtTimes(token);
  const expiresInMs = toLifetimeMs(fields['expiresInSeconds']);
  const expirationMs =
    parseIsoDate(fields['expiration'] ?? fields['authTokeExp'] ?? fields['authTokenExp']) ??
    jwt.expiresAtMs ??
    context.askedAtMs + expiresInMs;
  if (expirationMs === UNKNOWN) {
    throw new TokenError('service_error', 'the expiration is unknown');
  }
  return {
    token,
    expirationMs,
    receivedAtMs: context.askedAtMs,
    lifetimeMs: chooseLifetime(expirationMs, expiresInMs, jwt.lifetimeMs, context),
  };
}

/** A time without a limit. */
export const UNKNOWN = Number.POSITIVE_INFINITY;

/**
 * The shortest lifetime that the server's own clock gives. The local clock is used only if the
 * server gives none, because a clock that is behind would keep an expired token alive, and a clock
 * that is ahead would find every new token expired.
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

/**
 * Whether the value can stand in an `Authorization` header (RFC 6750 §2.1). The length limit
 * exceeds any real token.
 */
export const isToken = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 16_384 && /^[\w\-.~+/]+=*$/.test(value);

/**
 * Parses an ISO 8601 date and time with `Z` or an offset to Unix milliseconds. Digits after
 * milliseconds, of which .NET writes seven, are cut off. A time without an offset is rejected,
 * because it would be another moment on every machine.
 */
export function parseIsoDate(value: unknown): number | undefined {
  const match = typeof value === 'string' && ISO_8601.exec(value);
  if (!match) return undefined;
  const [, seconds = '', fraction = '', offset = ''] = match;
  return parseDate(`${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`);
}

/** Parses any date that the platform can read to Unix milliseconds. */
export const parseDate = (text: string): number | undefined => Date.parse(text) || undefined;

const ISO_8601 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

const toLifetimeMs = (value: unknown): number =>
  typeof value === 'number' && value >= 0 ? value * 1000 : UNKNOWN;

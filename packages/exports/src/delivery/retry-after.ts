import { trimWhiteSpace } from '@mandate/internal/trim-white-space';

/** Whatever a receiver asks for, it is asked again a day later. */
const MAX_WAIT_MS = 24 * 3600 * 1000;

/** The fixed form of HTTP dates (RFC 9110 §5.6.7): the others are obsolete. */
const HTTP_DATE =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Until when `Retry-After` (RFC 9110 §10.2.3) asks to wait, in Unix milliseconds: seconds or a date, a
 * day at most. `undefined` if it is missing or neither.
 */
export function readRetryAfter(value: string | null, nowMs: number): number | undefined {
  const text = trimWhiteSpace(value ?? '');
  const untilMs = /^\d+$/.test(text)
    ? nowMs + Number(text) * 1000
    : HTTP_DATE.test(text)
      ? Date.parse(text)
      : Number.NaN;
  return Number.isNaN(untilMs) ? undefined : Math.min(untilMs, nowMs + MAX_WAIT_MS);
}

import { trimWhiteSpace } from '@mandate/internal/trim-white-space';

/** A longer wait is shortened to this. */
const MAX_WAIT_MS = 24 * 3600 * 1000;

/** The fixed form of HTTP dates (RFC 9110 §5.6.7). The other forms are obsolete. */
const HTTP_DATE =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Parses `Retry-After` (RFC 9110 §10.2.3), which is seconds or a date.
 *
 * @returns the end of the wait in Unix milliseconds, at most a day from now; `undefined` if the header is
 *   missing or invalid.
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  const text = trimWhiteSpace(value ?? '');
  const untilMs = /^\d+$/.test(text)
    ? nowMs + Number(text) * 1000
    : HTTP_DATE.test(text)
      ? Date.parse(text)
      : Number.NaN;
  return Number.isNaN(untilMs) ? undefined : Math.min(untilMs, nowMs + MAX_WAIT_MS);
}

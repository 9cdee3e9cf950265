/** What a numeric option may be. Both bounds are included. */
export interface NumberRange {
  readonly min: number;
  /** Default: no upper bound. */
  readonly max?: number;
  readonly isInteger?: boolean;
}

/** A timer of more milliseconds (24.8 days) fires at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Rejects a numeric option outside its range. `NaN` is always rejected, because no comparison with it
 * holds: no entry would ever be too old.
 *
 * @param name the function and the option: `'createKeySet: timeoutMs'`.
 * @throws TypeError that states the range.
 */
export function checkNumber(name: string, value: unknown, range: NumberRange): void {
  const { min, max = Number.POSITIVE_INFINITY, isInteger = false } = range;
  const isRight = typeof value === 'number' && (!isInteger || Number.isSafeInteger(value));
  if (isRight && value >= min && value <= max) return;
  const kind = isInteger ? 'a whole number' : 'a number';
  const bounds = max === Number.POSITIVE_INFINITY ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new TypeError(`${name} must be ${kind} ${bounds}`);
}

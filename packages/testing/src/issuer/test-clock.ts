/** A clock that stands still until a test moves it. */
export interface TestClock {
  /** The time in Unix milliseconds. It needs no `this`, so pass it as the option `now` of a guard. */
  readonly now: (this: void) => number;
  /** Sets the time, also to an earlier one. */
  set(time: Date | number): void;
  /** Moves the time forward. */
  advance(seconds: number): void;
}

/**
 * Creates a clock that stands still.
 * @throws TypeError if a time is not a date or Unix milliseconds, or `advance` gets a negative number.
 */
export function createTestClock(owner: string, start: Date | number): TestClock {
  let nowMs = toMilliseconds(owner, start);
  return {
    now: () => nowMs,
    set: (time) => {
      nowMs = toMilliseconds('clock.set', time);
    },
    advance: (seconds) => {
      if (typeof seconds !== 'number' || !(seconds >= 0) || seconds === Number.POSITIVE_INFINITY) {
        throw new TypeError('clock.advance: seconds must be a number of at least 0');
      }
      nowMs += seconds * 1000;
    },
  };
}

function toMilliseconds(owner: string, time: Date | number): number {
  const ms: unknown = time instanceof Date ? time.getTime() : time;
  if (typeof ms === 'number' && Number.isFinite(ms) && ms >= 0) return ms;
  throw new TypeError(`${owner}: the time must be a valid date, or Unix milliseconds`);
}

/** A log of decisions: one line of JSON each. */
import { checkFunctions } from '@mandate/internal/check-functions';
import { checkNumber } from '@mandate/internal/check-number';
import { checkOptions } from '@mandate/internal/check-options';
import type { DecisionEvent } from './decision.js';

export interface DecisionLogOptions {
  /**
   * Receives each line, without a line break. Default `console.log`. To write into the log of pino, pass a function
   * that writes to its destination.
   */
  readonly write?: ((line: string) => void) | undefined;
  /** The share of allowed decisions that are written, from 0 to 1. Default 1. Rejections are always written. */
  readonly sampleAllowed?: number | undefined;
  /**
   * How many lines a second are written at most, counted for allowed decisions and for rejections each. Default
   * 100. What is above is counted, and the counts are written with the next line.
   */
  readonly maxLinesPerSecond?: number | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Returns a number from 0 up to 1, to choose the sample. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** The levels of pino: https://getpino.io/#/docs/api?id=loggerlevels-object */
const LEVEL = { info: 30, warn: 40, error: 50 };

/** Long enough to recognize a path. A request may have one of many kilobytes. */
const MAX_PATH_LENGTH = 500;

/**
 * Creates an observer for the option `onDecision` of a guard. It writes one line of JSON for each decision, with
 * the members of pino: `level` (30 allowed, 40 rejected, 50 for 503), `time` and `msg`. The other members are those
 * of {@link DecisionEvent}. A line never holds a token. It holds subjects, which may be e-mail addresses.
 *
 * @throws TypeError if an option is unknown or invalid.
 *
 * @example
 * createGuard({
 *   verifiers: [verifier],
 *   onDecision: createDecisionLog({ sampleAllowed: 0.01 }),
 *   requestId: 'traceparent',
 * });
 */
export function createDecisionLog(
  options: DecisionLogOptions = {},
): (event: DecisionEvent) => void {
  checkOptions<DecisionLogOptions>('createDecisionLog', options, {
    write: true,
    sampleAllowed: true,
    maxLinesPerSecond: true,
    now: true,
    random: true,
  });
  checkFunctions('createDecisionLog', options, ['write', 'now', 'random']);
  const { write = (line) => console.log(line), now = Date.now, random = Math.random } = options;
  const { sampleAllowed = 1, maxLinesPerSecond = 100 } = options;
  checkNumber('createDecisionLog: sampleAllowed', sampleAllowed, { min: 0, max: 1 });
  checkNumber('createDecisionLog: maxLinesPerSecond', maxLinesPerSecond, {
    min: 1,
    isInteger: true,
  });
  const allowed = new LineBudget(maxLinesPerSecond);
  // A budget of its own, so that a flood of rejections hides no allowed request.
  const rejected = new LineBudget(maxLinesPerSecond);
  return (event) => {
    if (event.allowed && sampleAllowed < 1 && random() >= sampleAllowed) return;
    const nowMs = now();
    const budget = event.allowed ? allowed : rejected;
    if (!budget.take(event.code, nowMs)) return;
    const skipped = budget.takeSkipped();
    if (skipped !== undefined) write(toSkippedLine(skipped, nowMs));
    write(toLine(event, nowMs));
  };
}

/** Counts the lines of the current second, and what was not written by code. */
class LineBudget {
  readonly #perSecond: number;
  #second = Number.NaN;
  #left = 0;
  #skipped: Map<string, number> | undefined;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  take(code: string, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#left = this.#perSecond;
    }
    if (this.#left > 0) {
      this.#left--;
      return true;
    }
    this.#skipped ??= new Map();
    this.#skipped.set(code, (this.#skipped.get(code) ?? 0) + 1);
    return false;
  }

  takeSkipped(): ReadonlyMap<string, number> | undefined {
    const skipped = this.#skipped;
    this.#skipped = undefined;
    return skipped;
  }
}

function toLine({ details, ...event }: DecisionEvent, nowMs: number): string {
  const level = event.allowed ? LEVEL.info : LEVEL.warn;
  return JSON.stringify({
    level: event.code === 'verifier_unavailable' ? LEVEL.error : level,
    time: nowMs,
    msg: `${event.allowed ? 'allowed' : 'rejected'} by the guard`,
    ...event,
    path: event.path.slice(0, MAX_PATH_LENGTH),
    details,
  });
}

function toSkippedLine(skipped: ReadonlyMap<string, number>, nowMs: number): string {
  const counts = Object.fromEntries(skipped);
  return JSON.stringify({
    level: LEVEL.warn,
    time: nowMs,
    msg: 'decisions not written',
    skipped: counts,
  });
}

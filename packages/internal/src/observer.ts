import { notify } from './notify.js';

/** An option that observes: `undefined` writes to the console what an operator must see, `null` nothing. */
export type ObserverOption<Event> = ((event: Event) => unknown) | null | undefined;

/**
 * Makes an observer from its option. What the application's own function throws is ignored.
 * @param name of the option and its owner, for the message.
 * @param createDefault makes the observer of a component for which nothing is wired up.
 * @throws TypeError if the option is neither a function nor `null`.
 *
 * @example
 * const { onError, now } = options;
 * const report = toObserver('createTimer: onError', onError, () => createErrorLog('createTimer', 'a timer failed', now));
 */
export function toObserver<Event>(
  name: string,
  option: ObserverOption<Event>,
  createDefault: () => (event: Event) => void,
): (event: Event) => void {
  if (option === undefined) return createDefault();
  if (option === null) return () => {};
  if (typeof option !== 'function') throw new TypeError(`${name} must be a function or null`);
  return (event) => notify(option, event);
}

const INTERVAL_MS = 60_000;

/** Writes a line of a kind. The kinds are a fixed few. */
export type ConsoleLog = (kind: string, text: string) => void;

/**
 * Creates what writes to the console for operators: at most one line a minute and kind.
 * @param owner the function whose object reports, for the text.
 */
export function createConsoleLog(owner: string, now: () => number): ConsoleLog {
  const written = new Map<string, { readonly atMs: number; skipped: number }>();
  return (kind, text) => {
    const nowMs = now();
    const last = written.get(kind);
    // The absolute difference, so that a clock that was ahead cannot silence the log once it is corrected.
    if (last !== undefined && Math.abs(nowMs - last.atMs) < INTERVAL_MS) {
      last.skipped++;
      return;
    }
    written.set(kind, { atMs: nowMs, skipped: 0 });
    const repeated = last?.skipped ? ` (and ${last.skipped} times more before)` : '';
    console.warn(`[mandate] ${owner}: ${clean(text)}${repeated}`);
  };
}

/**
 * Creates the observer of errors for which nothing is wired up. It writes the name and the code of an error but
 * not its message, because messages of databases and providers can quote what they were given.
 * @param what happened, in general.
 */
export function createErrorLog(
  owner: string,
  what: string,
  now: () => number,
): (error: unknown) => void {
  const log = createConsoleLog(owner, now);
  return (error) => {
    const name = toErrorName(error);
    log(name, `${what}: ${name} (onError receives the error; null silences this line)`);
  };
}

/** `TypeError`, or `Error ECONNREFUSED`. The cause counts, because wrappers have no code of their own. */
function toErrorName(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const code = findCode(error);
  return code === undefined ? toWord(error.name) : `${toWord(error.name)} ${code}`;
}

/** Causes can form a circle. */
const MAX_CAUSES = 5;

function findCode(error: Error): string | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < MAX_CAUSES && current instanceof Error; depth++) {
    const { code } = current as { readonly code?: unknown };
    if (typeof code === 'string' || typeof code === 'number') return toWord(String(code));
    current = current.cause;
  }
  return undefined;
}

const toWord = (text: string): string => text.replace(/\W/g, '').slice(0, 60) || 'Error';

/** Cuts a text to one line without queries of URLs, which can hold secrets. */
function clean(text: string): string {
  const withoutQueries = text.replace(/\?[^\s,;)]*/g, '?…');
  return withoutQueries.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd').slice(0, 500);
}

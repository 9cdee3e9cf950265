import { createConsoleLog } from '@mandate/internal/observer';
import type { CheckedKeySetOptions } from './check-key-set-options.js';
import type { KeyFetchEvent } from './key-set-options.js';

/**
 * The observer of fetches for which nothing is wired up: an operator must see that keys cannot be fetched, and
 * whether old keys are in use.
 */
export function createFetchLog(
  { maxStaleMs, now }: Pick<CheckedKeySetOptions, 'maxStaleMs' | 'now'>,
  hasKeys: () => boolean,
): (event: KeyFetchEvent) => void {
  const log = createConsoleLog('createKeySet', now);
  let isFailing = false;
  return ({ url, ok, reason, failures }) => {
    if (ok && isFailing) log('recovered', `the keys of ${url} can be fetched again`);
    isFailing = !ok;
    if (ok) return;
    const effect = hasKeys()
      ? `stale keys stay in use until they are ${maxStaleMs / 1000} seconds old`
      : 'tokens are rejected with 503, because no keys are known';
    log('failed', `cannot fetch the keys of ${url} (${reason}; failure ${failures}): ${effect}`);
  };
}

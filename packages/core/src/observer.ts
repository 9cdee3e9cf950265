import { isPromise } from './is-promise.js';

/**
 * Tells an observer. What it throws is ignored, and so is what an `async` one rejects with: an
 * observer's fault must not become a refusal, an admission or the end of the process.
 */
export function tell<Event>(observer: (event: Event) => void, event: Event): void {
  try {
    const told: unknown = observer(event);
    if (isPromise(told)) told.then(undefined, () => {});
  } catch {}
}

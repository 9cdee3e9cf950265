/**
 * Calls an observer. Whatever it throws or rejects with is ignored: an observer's fault must not become
 * a refusal, an admission, or the end of the process.
 */
export function notify<Event>(observer: (event: Event) => unknown, event: Event): void {
  try {
    const result = observer(event);
    if (isThenable(result)) result.then(undefined, () => {});
  } catch {}
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}

/** Lets a process end before the timer fires, on runtimes where a timer would keep it alive. */
export function unrefTimer(timer: unknown): void {
  (timer as { readonly unref?: () => void }).unref?.();
}

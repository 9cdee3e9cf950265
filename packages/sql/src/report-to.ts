/**
 * An observer that may do anything: what it throws is ignored, and so is what an `async` one rejects
 * with. Thrown out of a socket's event it would end the process, out of a retry it would be the last one.
 */
export function reportTo(observer: (error: unknown) => unknown): (error: unknown) => void {
  return (error) => {
    try {
      Promise.resolve(observer(error)).catch(() => {});
    } catch {}
  };
}

/**
 * An observer that may do anything: what it throws is ignored, and so is what an `async` one rejects
 * with. Thrown out of a socket's event it would end the process, out of a retry it would be the last one,
 * and out of the news of a revocation it would keep that from everybody after it.
 */
export function reportTo<News>(observer: (news: News) => unknown): (news: News) => void {
  return (news) => {
    try {
      Promise.resolve(observer(news)).catch(() => {});
    } catch {}
  };
}

/**
 * Whether this is Cloudflare Workers. There, the end of a request ends its fetches and timers, so a request must not
 * wait for a promise of another one: it may never settle.
 * https://developers.cloudflare.com/workers/runtime-apis/web-standards/#navigatoruseragent
 */
export const IS_WORKERS: boolean =
  (globalThis as { readonly navigator?: { readonly userAgent?: unknown } }).navigator?.userAgent ===
  'Cloudflare-Workers';

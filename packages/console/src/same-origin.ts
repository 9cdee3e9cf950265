/**
 * Whether a change was sent by a page of this very origin. Browsers say where a request comes from, in
 * `Sec-Fetch-Site` (https and loopback) and in `Origin` (every form post). Sub-domains of the same site
 * are other origins, and a change without an origin comes from no form of ours.
 *
 * Without the public `origin`, hosts are compared and not schemes: a proxy that ends TLS changes those.
 */
export function isSameOrigin({ headers, url }: Request, origin: string | undefined): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') return false;
  const sent = headers.get('origin');
  if (sent === null || !URL.canParse(sent)) return false;
  return origin === undefined ? new URL(sent).host === new URL(url).host : sent === origin;
}

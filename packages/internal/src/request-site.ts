/**
 * Where a request comes from: a page of this origin, a page of another one, or a client that sends
 * neither header. Browsers send at least one with every form post and every `fetch` that changes data.
 */
export type RequestSite = 'same-origin' | 'cross-origin' | 'unknown';

/**
 * Finds out by `Sec-Fetch-Site` (https and loopback), or else by `Origin`, whether a page of this origin
 * sent the request. Sub-domains of one site are different origins.
 *
 * `Sec-Fetch-Site: same-origin` is enough with `Origin: null`, which browsers send with every form of a
 * page under `Referrer-Policy: no-referrer`.
 *
 * @param origin the public origin; any other `Origin` is cross-origin, so a host name that an attacker
 * points at this server does not count. Omit it to compare `Origin` with the host of the request, without
 * the scheme, because a proxy that terminates TLS changes it.
 */
export function getRequestSite(
  { headers, url }: Pick<Request, 'headers' | 'url'>,
  origin: string | undefined,
): RequestSite {
  const site = headers.get('sec-fetch-site');
  const sent = headers.get('origin');
  if (site === null) {
    if (sent === null) return 'unknown';
    return isOwnOrigin(sent, origin ?? new URL(url).host) ? 'same-origin' : 'cross-origin';
  }
  const isElsewhere = origin !== undefined && sent !== null && sent !== 'null' && sent !== origin;
  return site === 'same-origin' && !isElsewhere ? 'same-origin' : 'cross-origin';
}

/** @param own the public origin, or the host alone. */
function isOwnOrigin(sent: string, own: string): boolean {
  return sent === own || (URL.canParse(sent) && new URL(sent).host === own);
}

import { AuthError } from '../auth-error.js';
import type { AuthRequest } from '../auth-request.js';

/**
 * Methods that change nothing (RFC 9110 §9.2.1) and that a page of another site may send with cookies. `QUERY`
 * changes nothing either, but a page sends it to its own origin or with CORS, so the check costs it nothing.
 */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Checks that a page of this origin sent the request, because the browser adds the cookie to requests of any
 * page.
 * @throws AuthError `cross_site`
 */
export function checkSite(request: AuthRequest, origins: ReadonlySet<string>): void {
  const isUpgrade = request.header('upgrade') !== undefined;
  if (SAFE_METHODS.has(request.method) && !isUpgrade) return;
  const site = request.header('sec-fetch-site');
  if (site !== undefined) {
    if (site === 'same-origin') return;
    throw new AuthError('cross_site', 'Sec-Fetch-Site is not same-origin');
  }
  const origin = request.header('origin');
  if (origin !== undefined && origins.has(origin)) return;
  const reason = origin === undefined ? 'neither Sec-Fetch-Site nor Origin' : 'another Origin';
  throw new AuthError('cross_site', `a token from a cookie came with ${reason}`);
}

/**
 * @throws TypeError if an origin is not spelled as browsers spell it. `null` is the origin of any sandboxed
 * page.
 */
export function toOrigins(origins: readonly string[]): ReadonlySet<string> {
  for (const origin of origins) {
    if (typeof origin === 'string' && URL.canParse(origin) && new URL(origin).origin === origin) {
      continue;
    }
    throw new TypeError(
      'createTokenFinder: publicOrigins must be origins: https://app.example.com',
    );
  }
  return new Set(origins);
}

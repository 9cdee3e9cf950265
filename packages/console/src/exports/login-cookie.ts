import { randomBytes } from 'node:crypto';
import { getCookie, setCookie } from 'hono/cookie';
import type { ConsoleContext } from '../console-env.js';

const LIFETIME_SECONDS = 10 * 60;
const COOKIE_VALUE = /^[\w-]{43}$/;

/**
 * Sets the cookie that identifies the browser when the other system redirects it back. The cookie grants
 * nothing else. It is `SameSite=Lax`, because browsers omit `Strict` cookies on a redirect from another site.
 *
 * @param redirectUri its scheme decides `Secure`; the request's scheme cannot, because a proxy may
 * terminate TLS.
 * @returns the value of the cookie. An existing value is kept, so that log-ins can overlap.
 */
export function setLoginCookie(c: ConsoleContext, redirectUri: string): string {
  const known = getLoginCookie(c, redirectUri);
  const value = COOKIE_VALUE.test(known) ? known : randomBytes(32).toString('base64url');
  const isSecure = redirectUri.startsWith('https:');
  setCookie(c, toName(redirectUri), value, {
    ...{ path: '/', httpOnly: true, sameSite: 'Lax', secure: isSecure },
    maxAge: LIFETIME_SECONDS,
  });
  return value;
}

/** The value of the cookie; empty if the cookie is missing. */
export function getLoginCookie(c: ConsoleContext, redirectUri: string): string {
  return getCookie(c, toName(redirectUri)) ?? '';
}

/** With TLS, the prefix `__Host-` prevents other hosts from setting the cookie. */
function toName(redirectUri: string): string {
  return redirectUri.startsWith('https:') ? '__Host-mandate-login' : 'mandate-login';
}

import { randomBytes } from 'node:crypto';
import { getCookie, setCookie } from 'hono/cookie';
import type { ConsoleContext } from '../console-env.js';

const LIFE_SECONDS = 10 * 60;
const FORM = /^[\w-]{43}$/;

/**
 * What a browser is recognized by when it comes back from a log-in elsewhere, and nothing else. It comes
 * back by a link from another site, so `SameSite=Strict` would keep it away.
 *
 * @param redirectUri tells whether browsers come over TLS, which a proxy may end before us.
 * @returns its value: the one that is there, so that several log-ins can be under way.
 */
export function setLoginCookie(c: ConsoleContext, redirectUri: string): string {
  const known = readLoginCookie(c, redirectUri);
  const value = FORM.test(known) ? known : randomBytes(32).toString('base64url');
  const isSecure = redirectUri.startsWith('https:');
  setCookie(c, toName(redirectUri), value, {
    ...{ path: '/', httpOnly: true, sameSite: 'Lax', secure: isSecure },
    maxAge: LIFE_SECONDS,
  });
  return value;
}

/** Its value; empty if it is not there. */
export function readLoginCookie(c: ConsoleContext, redirectUri: string): string {
  return getCookie(c, toName(redirectUri)) ?? '';
}

/** `__Host-` keeps other hosts from setting it, where there is TLS. */
function toName(redirectUri: string): string {
  return redirectUri.startsWith('https:') ? '__Host-mandate-login' : 'mandate-login';
}

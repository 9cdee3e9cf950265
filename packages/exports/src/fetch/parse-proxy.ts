import { checkOptions } from '@mandate/internal/check-options';

/** An HTTP proxy: its URL, or its URL with credentials for `Basic`. */
export type EgressProxy = string | AuthenticatedProxy;

/** A proxy that requires a user name and a password. */
export interface AuthenticatedProxy {
  /** `http://proxy.internal:3128`, without credentials. */
  readonly url: string;
  /** Without a colon (RFC 7617 §2). */
  readonly username: string;
  readonly password: string;
}

/** How to reach a proxy. */
export interface ProxyAddress {
  /** A name, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  /** The value of `Proxy-Authorization`. It is a secret. */
  readonly authorization: string | undefined;
}

/** @throws TypeError if the proxy is invalid. The message repeats no value, which may be a password. */
export function parseProxy(name: string, proxy: EgressProxy): ProxyAddress {
  if (typeof proxy === 'string') return { ...parseUrl(name, proxy), authorization: undefined };
  checkOptions<AuthenticatedProxy>(name, proxy, { url: true, username: true, password: true });
  const { url, username, password } = proxy;
  const isText = typeof username === 'string' && typeof password === 'string';
  if (!isText || username === '' || username.includes(':') || /\p{Cc}/u.test(username + password)) {
    throw new TypeError(
      `${name}: username and password must be text without control characters, and username without a colon`,
    );
  }
  const credentials = Buffer.from(`${username}:${password}`).toString('base64');
  return { ...parseUrl(`${name}.url`, url), authorization: `Basic ${credentials}` };
}

function parseUrl(name: string, text: unknown) {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (url?.username || url?.password) {
    throw new TypeError(`${name} must not contain credentials; use { url, username, password }`);
  }
  if (url?.protocol !== 'http:' || url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new TypeError(`${name} must be the URL of a proxy, such as http://proxy.internal:3128`);
  }
  const port = url.port === '' ? 80 : Number(url.port);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

import {
  type CredentialOwner,
  type CredentialSet,
  parseCredentials,
  toSubject,
} from './credentials.js';
import { isSafeUrl } from './is-safe-url.js';
import { TokenError } from './token-error.js';
import { type TokenKey, toTokenKey } from './token-key.js';

/** What to ask an authorization service for (Glance, `GLANCE.Authorization`). */
export interface AuthorizeParams {
  /**
   * Where the service is: a URL, to which `/authorize` is appended, or a bare host name, which
   * means `https:`. Must be `https:`, or `http:` on a loopback address. Default: the origin of the
   * page. The document does not state its default; this one sends no password to a third party.
   */
  readonly webserver?: string | undefined;
  /** What the token is for. Default `'presence'`. */
  readonly service?: string | undefined;
  /** The group that the token is for. Required if the user belongs to several groups. */
  readonly groupid?: number | string | undefined;
  readonly credentials: CredentialSet | CredentialOwner;
  /**
   * Minutes that the token is valid: a whole number from 1 to 120, otherwise `invalid_duration`.
   * Default: the service's.
   */
  readonly duration?: number | undefined;
}

/** {@link AuthorizeParams}, checked and ready to send. */
export interface TokenRequest {
  readonly url: string;
  /** The body to send. Missing if the credentials name only their owner. */
  readonly body: string | undefined;
  readonly key: TokenKey;
  /** The longest lifetime of a token for this request. */
  readonly maxLifetimeMs: number;
  /** The requested group. */
  readonly group: string | undefined;
}

const MAX_DURATION_MINUTES = 120;

/**
 * @throws TypeError if credentials may not be sent to `webserver`.
 * @throws TokenError `missing_credentials`, `invalid_duration`.
 */
export function toTokenRequest(params: AuthorizeParams): TokenRequest {
  const { service = 'presence', groupid, duration } = params;
  const server = toServerUrl(params.webserver);
  const credentials = parseCredentials(params.credentials);
  if (credentials === undefined) throw new TokenError('missing_credentials');
  if (duration !== undefined && !isDuration(duration)) throw new TokenError('invalid_duration');
  const group = String(groupid ?? '') || undefined;
  const { members, isComplete } = credentials;
  return {
    url: `${server}/authorize`,
    // JSON omits undefined members.
    body: isComplete
      ? JSON.stringify({ service, groupid: group && groupid, duration, ...members })
      : undefined,
    key: toTokenKey({ server, service, group, subject: toSubject(members) }),
    maxLifetimeMs: (duration ?? MAX_DURATION_MINUTES) * 60_000,
    group,
  };
}

const isDuration = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_DURATION_MINUTES;

/** The URL without a trailing slash. */
function toServerUrl(webserver: string | undefined): string {
  const text = webserver || globalThis.location?.origin;
  // `null` is the origin of a `srcdoc` or local page, not a host name.
  if (!text || text === 'null') throw new TypeError('authorize: webserver must be given');
  const url = new URL(text.includes('://') ? text : `https://${text}`);
  if (!isSafeUrl(url)) throw new TypeError('authorize: webserver must be https: or loopback');
  return url.origin + url.pathname.replace(/\/+$/, '');
}

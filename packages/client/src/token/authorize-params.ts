import {
  type CredentialOwner,
  type CredentialSet,
  readCredentialSet,
  readSubject,
} from './credentials.js';
import { isSafeUrl } from './safe-url.js';
import { TokenError } from './token-error.js';
import { type TokenKey, toTokenKey } from './token-key.js';

/** What to ask of an authorization service (Glance, `GLANCE.Authorization`). */
export interface AuthorizeParams {
  /**
   * Where the service is: a URL, to which `/authorize` is appended, or a bare host name, which means
   * `https:`. Default: the origin of the page (the document leaves its default out; ours sends no
   * password to a third party). It must be `https:`, or `http:` on a loopback address.
   */
  readonly webserver?: string | undefined;
  /** What the token is for. Default `'presence'`. */
  readonly service?: string | undefined;
  /** The group the token is for. Required if the user belongs to several. */
  readonly groupid?: number | string | undefined;
  readonly credentials: CredentialSet | CredentialOwner;
  /**
   * Minutes the token shall be valid, a whole number from 1 to 120. Out of range it is refused with
   * `invalid_duration`. Default: the service's.
   */
  readonly duration?: number | undefined;
}

/** {@link AuthorizeParams} made ready. */
export interface Authorization {
  readonly url: string;
  /** What to send; nothing if the credentials say only whose they are. */
  readonly body: string | undefined;
  readonly key: TokenKey;
  /** The longest time that a token of this request can be valid. */
  readonly maxLifetimeMs: number;
  /** The group that was asked for. */
  readonly group: string | undefined;
}

const MAX_DURATION_MINUTES = 120;

/**
 * @throws TypeError if `webserver` is no URL that credentials may be sent to.
 * @throws TokenError `missing_credentials`, `invalid_duration`.
 */
export function compileAuthorization(params: AuthorizeParams): Authorization {
  const { service = 'presence', groupid, duration } = params;
  const server = readServer(params.webserver);
  const credentials = readCredentialSet(params.credentials);
  if (credentials === undefined) throw new TokenError('missing_credentials');
  if (duration !== undefined && !isDuration(duration)) throw new TokenError('invalid_duration');
  const group = String(groupid ?? '') || undefined;
  const { members, isComplete } = credentials;
  return {
    url: `${server}/authorize`,
    // What is undefined is left out of it.
    body: isComplete
      ? JSON.stringify({ service, groupid: group && groupid, duration, ...members })
      : undefined,
    key: toTokenKey({ server, service, group, subject: readSubject(members) }),
    maxLifetimeMs: (duration ?? MAX_DURATION_MINUTES) * 60_000,
    group,
  };
}

const isDuration = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_DURATION_MINUTES;

/** The URL without a slash at its end. */
function readServer(webserver: string | undefined): string {
  const text = webserver || globalThis.location?.origin;
  // The origin of a page in `srcdoc`, or of a local one: no host of that name is meant.
  if (!text || text === 'null') throw new TypeError('authorize: webserver must be given');
  const url = new URL(text.includes('://') ? text : `https://${text}`);
  if (!isSafeUrl(url)) throw new TypeError('authorize: webserver must be https: or loopback');
  return url.origin + url.pathname.replace(/\/+$/, '');
}

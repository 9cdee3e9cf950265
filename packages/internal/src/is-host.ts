/** `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2): a name, an address, or an address in brackets. */
const HOST = /^(?:\[[\da-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})+)(?::\d*)?$/i;

/** The last valid value, because almost all requests of a server have the same. */
let knownHost = '';

/**
 * Whether a `Host` header names a host and nothing else. A server that puts any other text in front of the path
 * makes a URL with another path: with `api.example/health#`, the target `/admin` becomes a fragment.
 *
 * @example
 * isHost('api.example.com:8443'); // true
 * isHost('api.example.com/health#'); // false
 */
export function isHost(value: string): boolean {
  if (value === knownHost) return true;
  if (!HOST.test(value)) return false;
  knownHost = value;
  return true;
}

import { JsonRpcError } from './json-rpc-error.js';

/** The revision without sessions and handshake, in which headers must agree with the body. */
export const STATELESS_VERSION = '2026-07-28';

/** The last revision with batches. Clients of it do not name their version. */
export const BATCH_VERSION = '2025-03-26';

/** The revisions of clients that begin with `initialize`. */
const SESSION_VERSIONS: readonly unknown[] = [
  '2025-11-25',
  '2025-06-18',
  BATCH_VERSION,
  '2024-11-05',
];

/**
 * @param isInBody whether the body names the version, as it does since {@link STATELESS_VERSION}.
 * @throws JsonRpcError if the guard does not know the rules of that revision.
 */
export function checkVersion(
  version: unknown,
  id: string | number | undefined,
  isInBody: boolean,
): void {
  if (version === undefined || version === STATELESS_VERSION) return;
  if (SESSION_VERSIONS.includes(version)) return;
  const supported = isInBody ? [STATELESS_VERSION] : [STATELESS_VERSION, ...SESSION_VERSIONS];
  throw new JsonRpcError('unsupported_protocol_version', 'Unsupported protocol version.', {
    id,
    data: { supported, requested: version },
  });
}

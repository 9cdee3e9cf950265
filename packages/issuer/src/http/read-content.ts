import { gunzipSync } from 'node:zlib';
import { BodyError, readBytes } from '@mandate/internal/read-body';
import { trimWhiteSpace } from '@mandate/internal/trim-white-space';
import { AuthorizationError } from '../request/authorization-error.js';

/** The largest request, after it was decompressed and decoded. */
export const MAX_CONTENT_BYTES = 16 * 1024;
const TIMEOUT_MS = 10_000;

/**
 * Reads the content of a request, and decompresses it if the request says `Content-Encoding: gzip`.
 * A sender who disconnects is not a fault of the service.
 *
 * @param maxBytes limits the body as it was sent and, separately, what it decompresses to.
 * @throws AuthorizationError `invalid_request` if the body is too large, too slow or not gzip.
 */
export async function readContent(
  request: Request,
  maxBytes: number = MAX_CONTENT_BYTES,
): Promise<Uint8Array> {
  try {
    const bytes = await readBytes(request.body, { maxBytes, timeoutMs: TIMEOUT_MS });
    return getContentCoding(request) === 'gzip' ? decompress(bytes, maxBytes) : bytes;
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    throw new AuthorizationError('invalid_request', error.message);
  }
}

/** Whether {@link readContent} can read the content coding. Otherwise the answer is 415. */
export function hasKnownCoding(request: Request): boolean {
  return getContentCoding(request) !== undefined;
}

/** RFC 9110 §8.4.1.3: `x-gzip` is equivalent to `gzip`. */
function getContentCoding({ headers }: Request): 'identity' | 'gzip' | undefined {
  const value = trimWhiteSpace(headers.get('content-encoding') ?? '').toLowerCase();
  if (value === '' || value === 'identity') return 'identity';
  return value === 'gzip' || value === 'x-gzip' ? 'gzip' : undefined;
}

/** Stops at the limit, so a small body that expands to gigabytes costs no more than the limit. */
function decompress(bytes: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw new BodyError('too_large');
    throw new AuthorizationError('invalid_request', 'the body is not gzip');
  }
}

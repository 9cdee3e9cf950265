import { parseMediaType } from '@mandate/internal/media-type';
import { AuthorizationError } from '../request/authorization-error.js';

/** More than any request needs. */
const MAX_BODY_BYTES = 16 * 1024;
/** From the first byte to the last: a sender must not hold a connection by sending one now and then. */
const BODY_TIMEOUT_MS = 10_000;

/**
 * The body as text, of which no more is read than it may have, for no longer than it may take. A sender
 * who leaves in the middle of it is no fault of ours.
 *
 * @throws AuthorizationError `invalid_request`
 */
export async function readBody(request: Request): Promise<string> {
  if (request.body === null) return '';
  // Whoever mounts a body parser before us hears of it: then there is no reader.
  const bytes = await readBytes(request.body.getReader());
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('the body is no UTF-8');
  }
}

async function readBytes(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array> {
  let refusal: AuthorizationError | undefined;
  const refuse = (message: string) => {
    refusal = invalid(message);
    // What is being read ends with it.
    reader.cancel(refusal).catch(() => {});
  };
  const timer = setTimeout(() => refuse('the body took too long'), BODY_TIMEOUT_MS);
  const brokeOff = () => invalid('the body broke off');
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => Promise.reject(brokeOff()));
      if (refusal !== undefined) throw refusal;
      if (done) return Buffer.concat(chunks);
      bytes += value.byteLength;
      if (bytes > MAX_BODY_BYTES) refuse('the body is too large');
      chunks.push(value);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** The one media type of the body, without parameters. */
export function readMediaType(request: Request): string | undefined {
  return parseMediaType(request.headers.get('content-type') ?? '')?.type;
}

function invalid(message: string): AuthorizationError {
  return new AuthorizationError('invalid_request', message);
}

import { AuthorizationError } from './authorization-error.js';

/** More than any request needs. */
const MAX_BODY_BYTES = 16 * 1024;

/**
 * The body as text. It stops reading where it gets too long.
 * @throws AuthorizationError `invalid_request`
 */
export async function readBody(request: Request): Promise<string> {
  if (request.body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw invalid('the body is too large');
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw invalid('the body is no UTF-8');
  }
}

/** The media type of the body, without parameters. */
export function readMediaType(request: Request): string | undefined {
  return request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
}

function invalid(message: string): AuthorizationError {
  return new AuthorizationError('invalid_request', message);
}

import { parseMediaType } from '@mandate/internal/media-type';
import { BodyError, readBody } from '@mandate/internal/read-body';
import { AuthorizationError } from '../request/authorization-error.js';

const LIMITS = { maxBytes: 16 * 1024, timeoutMs: 10_000 };

/**
 * Reads the request's body as text. A sender who disconnects is not a fault of the service.
 * @throws AuthorizationError `invalid_request` if the body is not UTF-8, too large or too slow.
 */
export async function readText(request: Request): Promise<string> {
  try {
    return await readBody(request.body, LIMITS);
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    throw new AuthorizationError('invalid_request', error.message);
  }
}

/** The one media type of the body, without parameters. */
export function getMediaType(request: Request): string | undefined {
  return parseMediaType(request.headers.get('content-type') ?? '')?.type;
}

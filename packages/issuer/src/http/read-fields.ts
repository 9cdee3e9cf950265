import { getRequestSite } from '@mandate/internal/request-site';
import { AuthorizationError } from '../request/authorization-error.js';
import type { Cors } from './cors.js';
import { type Fields, getBodyKind, parseBody } from './parse-body.js';
import { readContent } from './read-content.js';

/**
 * Reads the fields of a body, a JSON object or a form.
 *
 * @throws AuthorizationError `invalid_request` if the body is another one, or a form of a page that
 * may not request tokens.
 */
export async function readFields(request: Request, cors: Cors): Promise<Fields> {
  const kind = getBodyKind(request);
  if (kind === undefined) {
    throw invalid(
      'the media type must be application/json or application/x-www-form-urlencoded in UTF-8',
    );
  }
  // A page of any origin can post a form without a preflight request, and so try passwords from the
  // addresses of its visitors. JSON needs a preflight.
  if (kind === 'form' && !cors.allows(request) && isFromOtherOrigin(request)) {
    throw invalid('a form must not come from a page of another origin');
  }
  return parseBody(await readContent(request), kind);
}

const isFromOtherOrigin = (request: Request): boolean =>
  getRequestSite(request, undefined) === 'cross-origin';

function invalid(message: string): AuthorizationError {
  return new AuthorizationError('invalid_request', message);
}

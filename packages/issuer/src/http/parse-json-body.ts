import { type JsonObject, parseJsonObject } from '@mandate/internal/parse-json';
import { AuthorizationError } from '../request/authorization-error.js';

/**
 * Parses a JSON object without duplicate members: a proxy in front may have judged the other one
 * (RFC 8259 §4).
 * @throws AuthorizationError `invalid_request`
 */
export function parseJsonBody(text: string): JsonObject {
  const object = parseJsonObject(text);
  if (object !== undefined) return object;
  throw new AuthorizationError(
    'invalid_request',
    'the body must be a JSON object without duplicate members',
  );
}

import { AuthorizationError } from '../request/authorization-error.js';

/**
 * The members of a JSON object, each of which is there once: of two with one name, whoever stands in
 * front of us may have judged the other (RFC 8259 §4).
 *
 * @throws AuthorizationError `invalid_request`
 */
export function readJsonObject(text: string): Readonly<Record<string, unknown>> {
  const fields = parseJson(text);
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new AuthorizationError('invalid_request', 'the body is no JSON object');
  }
  if (countMembers(text) !== Object.keys(fields).length) {
    throw new AuthorizationError('invalid_request', 'a member of the body is there twice');
  }
  return fields as Readonly<Record<string, unknown>>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How many members the outermost object has as it is written. @param json is known to be an object. */
function countMembers(json: string): number {
  let depth = 0;
  let members = 0;
  for (const [piece] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (piece === '{' || piece === '[') depth++;
    if (piece === '}' || piece === ']') depth--;
    if (piece === ':' && depth === 1) members++;
  }
  return members;
}

/** A JSON object whose members are unknown. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws TypeError if the value is not an object, or is a list. */
export function toObject(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw new TypeError(`${what} must be an object`);
}

/** Gets an own member, because a document may name something `constructor`. */
export function getMember(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** @throws TypeError if the value is not a parsed OpenAPI 3 document. */
export function toDocument(value: unknown): JsonObject {
  const document = toObject(value, 'the document');
  const version = getMember(document, 'openapi');
  if (typeof version !== 'string' || !/^3\.\d/.test(version)) {
    throw new TypeError('the document is not OpenAPI 3.x: its "openapi" must begin with 3.');
  }
  return document;
}

/**
 * Follows the `$ref` of an object, and adds the members beside the `$ref` to its target.
 * @throws TypeError if the `$ref` leaves the document, has no target or is circular, or if a member
 * other than prose is beside the `$ref` and in its target, which has no meaning in OpenAPI.
 */
export function resolve(document: JsonObject, value: unknown, what: string): JsonObject {
  const followed = new Set<unknown>();
  let object = toObject(value, what);
  for (let ref = getMember(object, '$ref'); ref !== undefined; ref = getMember(object, '$ref')) {
    if (followed.has(ref)) throw new TypeError(`${what}: its $ref is circular`);
    followed.add(ref);
    const { $ref: _, ...beside } = object;
    const target = toObject(find(document, ref), `${what}: the target of $ref ${ref}`);
    const twice = Object.keys(beside).find((name) => !isProse(name) && Object.hasOwn(target, name));
    if (twice !== undefined)
      throw new TypeError(`${what}: "${twice}" is beside its $ref and in the target`);
    object = { ...target, ...beside };
  }
  return object;
}

function isProse(name: string): boolean {
  return name === 'summary' || name === 'description';
}

/** Finds the target of a JSON pointer in a URI fragment (RFC 6901 §6). */
function find(document: JsonObject, ref: unknown): unknown {
  if (typeof ref !== 'string' || !ref.startsWith('#/')) {
    throw new TypeError(
      `$ref ${JSON.stringify(ref)} leaves the document; bundle the document first`,
    );
  }
  return decode(ref.slice(2))
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((found, token) => getMember(toObject(found, `$ref ${ref}`), token), document);
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    throw new TypeError(`$ref #/${fragment} is not a valid URI`);
  }
}

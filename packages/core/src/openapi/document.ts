/** A JSON object, before anything is known of its members. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws TypeError if the value is no object, or a list. */
export function readObject(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw new TypeError(`${what} is no object`);
}

/** An own member: a document may well name something `constructor`. */
export function readMember(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** @throws TypeError if the value is no parsed OpenAPI 3 document. */
export function readDocument(value: unknown): JsonObject {
  const document = readObject(value, 'the document');
  const version = readMember(document, 'openapi');
  if (typeof version !== 'string' || !/^3\.\d/.test(version)) {
    throw new TypeError('the document is not OpenAPI 3.x: its "openapi" must begin with 3.');
  }
  return document;
}

/**
 * The object itself, or what its `$ref` leads to, with the members that stand beside the `$ref`.
 * @throws TypeError if the `$ref` leaves the document, leads nowhere or in a circle, or if a member
 * other than prose stands at both of its ends, for which OpenAPI defines no meaning.
 */
export function resolve(document: JsonObject, value: unknown, what: string): JsonObject {
  const followed = new Set<unknown>();
  let object = readObject(value, what);
  for (let ref = readMember(object, '$ref'); ref !== undefined; ref = readMember(object, '$ref')) {
    if (followed.has(ref)) throw new TypeError(`${what}: its $ref leads in a circle`);
    followed.add(ref);
    const { $ref: _, ...beside } = object;
    const target = readObject(find(document, ref), `${what}: what $ref ${ref} leads to`);
    const twice = Object.keys(beside).find((name) => !isProse(name) && Object.hasOwn(target, name));
    if (twice !== undefined) throw new TypeError(`${what}: "${twice}" also stands beside its $ref`);
    object = { ...target, ...beside };
  }
  return object;
}

function isProse(name: string): boolean {
  return name === 'summary' || name === 'description';
}

/** What a JSON pointer in a URI fragment points to (RFC 6901 §6). */
function find(document: JsonObject, ref: unknown): unknown {
  if (typeof ref !== 'string' || !ref.startsWith('#/')) {
    throw new TypeError(`$ref ${JSON.stringify(ref)} leaves the document: bundle it first`);
  }
  return decode(ref.slice(2))
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (found, token) => readMember(readObject(found, `$ref ${ref}`), token),
      document,
    );
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    throw new TypeError(`$ref #/${fragment} is no URI`);
  }
}

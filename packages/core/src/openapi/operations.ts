import { type JsonObject, readMember, readObject, resolve } from './document.js';

/** One operation of a document. */
export interface Operation {
  /** Method and path as the document has it. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Its own `security`, else the document's; `undefined` if there is neither. */
  readonly security: unknown;
}

/** The members of a path item that are operations, of OpenAPI 3.2 and before; `GET` before `HEAD`. */
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];

/**
 * Every operation under `paths`. Webhooks and callbacks are none: they are requests that the API sends.
 * @throws TypeError if there is none, or the document is broken.
 */
export function listOperations(document: JsonObject): readonly Operation[] {
  const paths = readObject(readMember(document, 'paths'), '"paths"');
  const operations = Object.keys(paths)
    .filter((path) => !path.startsWith('x-'))
    .flatMap((path) => listPath(document, path, resolve(document, paths[path], path)));
  if (operations.length === 0) throw new TypeError('the document has no operation');
  return operations;
}

function listPath(document: JsonObject, path: string, item: JsonObject): readonly Operation[] {
  const more = readObject(readMember(item, 'additionalOperations') ?? {}, path);
  const found = [
    ...METHODS.map((method) => [method.toUpperCase(), readMember(item, method)] as const),
    ...Object.entries(more),
  ].filter(([, operation]) => operation !== undefined);
  return found.map(([method, value]) => {
    const name = `${method} ${path}`;
    const holder = Object.hasOwn(readObject(value, name), 'security') ? value : document;
    return { name, method, path, security: readMember(holder as JsonObject, 'security') };
  });
}

/**
 * The path as an endpoint map writes it.
 * @throws TypeError if a literal segment would mean something else there.
 */
export function toEndpointPath(path: string): string {
  return path.split('/').map(toSegment).join('/');
}

function toSegment(segment: string): string {
  const parameter = /^\{([^{}]+)\}$/.exec(segment)?.[1];
  // Parameters are told apart by their place, so that a name we cannot write may change.
  if (parameter !== undefined) return `{${parameter.replace(/^[^A-Za-z_]|[^\w-]/g, '_')}}`;
  if (!/[:*{}]/.test(segment)) return segment;
  throw new TypeError(
    `the endpoint map cannot express "${segment}": a segment is one parameter or none`,
  );
}

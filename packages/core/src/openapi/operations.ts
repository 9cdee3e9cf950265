import { getMember, type JsonObject, resolve, toObject } from './document.js';

/** One operation of a document. */
export interface Operation {
  /** Method and path as in the document. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** The `security` of the operation or, if it has none, of the document. */
  readonly security: unknown;
}

/** The members of a path item that are operations, up to OpenAPI 3.2. `GET` comes before `HEAD`. */
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];

/**
 * Lists every operation under `paths`. Webhooks and callbacks are skipped, because the API sends these
 * requests.
 * @throws TypeError if the document has no operation or is invalid.
 */
export function listOperations(document: JsonObject): readonly Operation[] {
  const paths = toObject(getMember(document, 'paths'), '"paths"');
  const operations = Object.keys(paths)
    .filter((path) => !path.startsWith('x-'))
    .flatMap((path) => listPath(document, path, resolve(document, paths[path], path)));
  if (operations.length === 0) throw new TypeError('the document has no operation');
  return operations;
}

function listPath(document: JsonObject, path: string, item: JsonObject): readonly Operation[] {
  const more = toObject(getMember(item, 'additionalOperations') ?? {}, path);
  const found = [
    ...METHODS.map((method) => [method.toUpperCase(), getMember(item, method)] as const),
    ...Object.entries(more),
  ].filter(([, operation]) => operation !== undefined);
  return found.map(([method, value]) => {
    const name = `${method} ${path}`;
    const holder = Object.hasOwn(toObject(value, name), 'security') ? value : document;
    return { name, method, path, security: getMember(holder as JsonObject, 'security') };
  });
}

/**
 * Converts a path to the syntax of endpoint maps.
 * @throws TypeError if the map would read a literal segment as something else.
 */
export function toEndpointPath(path: string): string {
  return path.split('/').map(toSegment).join('/');
}

function toSegment(segment: string): string {
  const [, before = '', parameter, after = ''] =
    /^([^{}]*)\{([^{}]+)\}([^{}]*)$/.exec(segment) ?? [];
  const text = parameter === undefined ? segment : before + after;
  // A map reads a segment that begins with a colon as a parameter.
  if (/[*{}]/.test(text) || segment.startsWith(':')) {
    throw new TypeError(
      `the endpoint map cannot express "${segment}": a segment is a literal, or one parameter with or ` +
        'without literal text beside it, and does not begin with a colon',
    );
  }
  if (parameter === undefined) return segment;
  // The map distinguishes parameters by position, so a name it cannot express may change.
  return `${before}{${parameter.replace(/^[^A-Za-z_]|[^\w-]/g, '_')}}${after}`;
}

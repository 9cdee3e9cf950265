import { checkOptions } from '@mandate/internal/check-options';
import {
  compileEndpoint,
  type EndpointKey,
  type EndpointMap,
  type EndpointRule,
} from './endpoints/endpoint.js';
import { readDocument } from './openapi/document.js';
import { listOperations, type Operation, toEndpointPath } from './openapi/operations.js';
import { readBearerSchemes, toRule } from './openapi/security.js';

export interface OpenApiOptions {
  /**
   * What stands before every path in the application: `'/rest/api/v1'`. Default: nothing. The
   * document's `servers` are not read, because they say where clients find the API and not where your
   * application mounts it.
   */
  readonly prefix?: string | undefined;
  /**
   * The security schemes that your verifiers serve, by name. Default: those of type `oauth2` and
   * `openIdConnect`, and `http` with the scheme `bearer`.
   */
  readonly bearerSchemes?: readonly string[] | undefined;
  /**
   * What an operation needs that has no `security` in a document that has none either. Default: that
   * is an error, because OpenAPI would have it public, and mostly it was forgotten.
   */
  readonly withoutSecurity?: EndpointRule | 'public' | undefined;
  /**
   * Rules that replace what the document says of single operations, by method and path as they stand
   * there: `{ 'GET /docs/{id}': { scopes: ['DOCUMENTS'] } }`. `null` leaves the operation out of the
   * map: it is denied, except that `HEAD` follows `GET`. A name that the document does not have is an
   * error.
   */
  readonly overrides?: Readonly<Record<string, EndpointRule | 'public' | null>> | undefined;
}

/**
 * Compiles an OpenAPI 3.x document, parsed already, into an endpoint map.
 *
 * Security requirements keep their meaning: a list is one of several, the schemes and scopes in one of
 * them are all required. One that needs something besides a bearer token, such as an API key, is left
 * out. `security: []` and an empty requirement `{}` make the operation `'public'`: a token that comes
 * with it is not looked at. `$ref`s within the document are followed; bundle a document of several
 * files first. Whether the document is valid beyond what is read here is not checked.
 *
 * @throws TypeError if the value is no OpenAPI 3.x document with operations, or with the list of all
 * operations that have no security, whose security no bearer token serves, or that an endpoint map
 * cannot express (a path such as `/reports/{year}.{month}`, the method `TRACE`, a `HEAD` that needs
 * something else than its `GET`).
 */
export function toEndpoints(document: unknown, options: OpenApiOptions = {}): EndpointMap {
  checkOptions<OpenApiOptions>('toEndpoints', options, {
    prefix: true,
    bearerSchemes: true,
    withoutSecurity: true,
    overrides: true,
  });
  const { prefix = '', overrides = {}, withoutSecurity } = options;
  const root = readDocument(document);
  const operations = listOperations(root);
  checkOverrides(overrides, operations);
  const bearerSchemes = new Set(options.bearerSchemes ?? readBearerSchemes(root));
  const endpoints: Record<EndpointKey, EndpointRule | 'public'> = {};
  const faults: string[] = [];
  for (const { name, method, path, security } of operations) {
    const override = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
    if (override === null) continue;
    try {
      const declared = security === undefined ? withoutSecurity : undefined;
      const rule = override ?? declared ?? toDeclaredRule(security, bearerSchemes);
      addEndpoint(endpoints, method, prefix + toEndpointPath(path), rule);
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message}`);
    }
  }
  if (faults.length > 0) throw new TypeError(`toEndpoints:\n${faults.join('\n')}`);
  return endpoints;
}

function toDeclaredRule(
  security: unknown,
  bearerSchemes: ReadonlySet<string>,
): EndpointRule | 'public' {
  if (security === undefined) throw new TypeError('neither it nor the document has a security');
  return toRule(security, bearerSchemes);
}

function addEndpoint(
  endpoints: Record<EndpointKey, EndpointRule | 'public'>,
  method: string,
  path: string,
  rule: EndpointRule | 'public',
): void {
  if (method === 'HEAD') {
    checkHead(endpoints[`GET ${path}` as EndpointKey], rule);
    return;
  }
  const key = `${method} ${path}`;
  compileEndpoint(key, rule);
  if (Object.hasOwn(endpoints, key)) throw new TypeError(`another operation is ${key} too`);
  endpoints[key as EndpointKey] = rule;
}

function checkHead(get: EndpointRule | 'public' | undefined, head: EndpointRule | 'public'): void {
  if (JSON.stringify(get) === JSON.stringify(head)) return;
  throw new TypeError('HEAD follows GET, and GET is missing or needs something else');
}

function checkOverrides(overrides: object, operations: readonly Operation[]): void {
  const names = new Set(operations.map((operation) => operation.name));
  const unknown = Object.keys(overrides).filter((name) => !names.has(name));
  if (unknown.length === 0) return;
  throw new TypeError(`toEndpoints: the document has no operation ${unknown.join(', ')}`);
}

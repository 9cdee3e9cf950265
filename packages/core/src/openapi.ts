import { checkOptions } from '@mandate/internal/check-options';
import { compileEndpoint } from './endpoints/compile-endpoint.js';
import type { EndpointKey, EndpointMap, EndpointRule } from './endpoints/endpoint.js';
import { toDocument } from './openapi/document.js';
import { listOperations, type Operation, toEndpointPath } from './openapi/operations.js';
import { listBearerSchemes, toRule } from './openapi/security.js';

export interface OpenApiOptions {
  /**
   * The prefix of every path in the application: `'/rest/api/v1'`. Default: none. The document's `servers`
   * are ignored, because they name where clients find the API, not where your application mounts it.
   */
  readonly prefix?: string | undefined;
  /**
   * The names of the security schemes that your verifiers implement. Default: all of type `oauth2` and
   * `openIdConnect`, and of type `http` with the scheme `bearer`.
   */
  readonly bearerSchemes?: readonly string[] | undefined;
  /**
   * The rule of operations without `security` in a document without `security`. By default such an operation
   * is an error: OpenAPI considers it public, but usually the `security` was forgotten.
   */
  readonly withoutSecurity?: EndpointRule | 'public' | undefined;
  /**
   * Rules that replace those of the document, by method and path as in the document:
   * `{ 'GET /docs/{id}': { scopes: ['DOCUMENTS'] } }`. `null` omits the operation from the map, so requests
   * for it are denied, except that `HEAD` follows `GET`. A name that the document lacks is an error.
   */
  readonly overrides?: Readonly<Record<string, EndpointRule | 'public' | null>> | undefined;
}

/**
 * Converts a parsed OpenAPI 3.x document to an endpoint map.
 *
 * Security requirements keep their meaning: a request must meet one requirement of the list, with all its
 * schemes and scopes. A requirement that needs more than a bearer token, such as an API key, is
 * skipped. `security: []` and an empty requirement `{}` make the operation `'public'`, which ignores
 * tokens. `$ref`s within the document are followed; bundle a document of several files first. The rest of
 * the document is not validated.
 *
 * @throws TypeError if the value is not an OpenAPI 3.x document with operations. Otherwise its message
 * lists all operations that have no security, whose security no bearer token meets, or that an endpoint
 * map cannot express: two parameters in one segment (`/reports/{year}.{month}`), the method `TRACE`, or a `HEAD` whose rule
 * differs from that of its `GET`.
 *
 * @example
 * const document = JSON.parse(await readFile('openapi.json', 'utf8'));
 * createGuard({ verifiers: [verifier], endpoints: toEndpoints(document) });
 */
export function toEndpoints(document: unknown, options: OpenApiOptions = {}): EndpointMap {
  checkOptions<OpenApiOptions>('toEndpoints', options, {
    prefix: true,
    bearerSchemes: true,
    withoutSecurity: true,
    overrides: true,
  });
  const { prefix = '', overrides = {}, withoutSecurity } = options;
  const root = toDocument(document);
  const operations = listOperations(root);
  checkOverrides(overrides, operations);
  const bearerSchemes = new Set(options.bearerSchemes ?? listBearerSchemes(root));
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
  if (security === undefined)
    throw new TypeError('neither the operation nor the document has a security');
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
  if (Object.hasOwn(endpoints, key)) throw new TypeError(`another operation is also ${key}`);
  endpoints[key as EndpointKey] = rule;
}

function checkHead(get: EndpointRule | 'public' | undefined, head: EndpointRule | 'public'): void {
  if (JSON.stringify(get) === JSON.stringify(head)) return;
  throw new TypeError('HEAD follows GET, and GET is missing or has another rule');
}

function checkOverrides(overrides: object, operations: readonly Operation[]): void {
  const names = new Set(operations.map((operation) => operation.name));
  const unknown = Object.keys(overrides).filter((name) => !names.has(name));
  if (unknown.length === 0) return;
  throw new TypeError(`toEndpoints: the document has no operation ${unknown.join(', ')}`);
}

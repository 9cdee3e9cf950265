import { checkOptions } from '@mandate/internal/check-options';
import type { AppRequest } from '../app/test-app.js';
import type { ListedEndpoint } from './listed-endpoint.js';

/** What a request to an endpoint needs beside a value for each parameter. */
export interface SampleRequest {
  /** The path with the query: `/documents/7?view=full`. Default: the path of the endpoint, with `parameters`. */
  readonly path?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON. Default `{}` for POST, PUT, PATCH and QUERY, otherwise no body. */
  readonly json?: unknown;
}

export interface SampleOptions {
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly requests: Readonly<Record<string, SampleRequest>>;
}

/** An endpoint and the request that asks about it. */
export interface Sample {
  readonly endpoint: string;
  readonly request: AppRequest;
}

const DEFAULT_VALUE = '1';
const WITH_BODY: readonly string[] = ['POST', 'PUT', 'PATCH', 'QUERY'];

/**
 * Builds a request for each endpoint.
 * @throws TypeError if a parameter or a request is for no endpoint, or a path cannot be built.
 */
export function buildSamples(
  endpoints: readonly ListedEndpoint[],
  { parameters, requests }: SampleOptions,
): readonly Sample[] {
  const unused = new Set(Object.keys(parameters));
  const getValue = (name: string): string => {
    unused.delete(name);
    return Object.hasOwn(parameters, name) ? String(parameters[name]) : DEFAULT_VALUE;
  };
  checkNames('requests', Object.keys(requests), endpoints);
  const samples = endpoints.map((endpoint) => {
    const own = Object.hasOwn(requests, endpoint.name) ? (requests[endpoint.name] ?? {}) : {};
    checkOptions<SampleRequest>(`requests["${endpoint.name}"]`, own, {
      path: true,
      headers: true,
      json: true,
    });
    return { endpoint: endpoint.name, request: buildRequest(endpoint, own, getValue) };
  });
  for (const name of unused) {
    throw new TypeError(`describeAccess: no endpoint has the parameter "${name}"`);
  }
  return samples;
}

function checkNames(
  option: string,
  names: readonly string[],
  endpoints: readonly ListedEndpoint[],
): void {
  const wrong = names.find((name) => !endpoints.some((endpoint) => endpoint.name === name));
  if (wrong === undefined) return;
  throw new TypeError(`describeAccess: ${option} names "${wrong}", which is not an endpoint`);
}

function buildRequest(
  { name, method, query, header, sample }: ListedEndpoint,
  own: SampleRequest,
  getValue: (name: string) => string,
): AppRequest {
  const path = own.path ?? sample(getValue);
  if (typeof path !== 'string' || !path.startsWith('/')) {
    throw new TypeError(
      `describeAccess: no path of "${name}" is known; set requests: { ${JSON.stringify(name)}: { path: '/…' } }`,
    );
  }
  const json = own.json ?? (WITH_BODY.includes(method) ? {} : undefined);
  const named =
    query === undefined || own.path !== undefined ? '' : toQuery(query, getValue(query));
  return {
    method,
    path: path + named,
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(header !== undefined && { [header]: getValue(header) }),
      ...own.headers,
    },
    body: json === undefined ? undefined : JSON.stringify(json),
  };
}

function toQuery(name: string, value: string): string {
  return `?${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}

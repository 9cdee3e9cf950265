import type { AuthRequest } from '@mandate/core';

/** What a test says about a request; the rest has a default. */
export interface RequestOptions extends Partial<Omit<AuthRequest, 'header' | 'query' | 'param'>> {
  /** Lower-case names; a list is a header sent several times. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly token?: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** A request as an adapter would make it. */
export function createRequest(options: RequestOptions = {}): AuthRequest {
  const { headers = {}, token, query = {}, params = {}, ...rest } = options;
  const lines: Readonly<Record<string, string | readonly string[]>> = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...headers,
  };
  return {
    method: 'GET',
    path: '/',
    ...rest,
    header: (name) => (Object.hasOwn(lines, name) ? [lines[name]].flat().join(', ') : undefined),
    query: (name) => query[name],
    param: (name) => params[name],
  };
}

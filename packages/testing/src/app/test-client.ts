import { checkOptions } from '@mandate/internal/check-options';
import { openApp } from './open-app.js';
import type { TestApp } from './test-app.js';

export interface TestRequestOptions {
  /** Default `'GET'`. */
  readonly method?: string | undefined;
  /** Sent as `Authorization: Bearer`. Default: none. */
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON. Default: no body. */
  readonly json?: unknown;
}

/** Sends requests to an application under test. */
export interface TestClient {
  /**
   * Sends one request. A server is started for it on 127.0.0.1 and ended with it, so `as` of a test guard reaches
   * the request. Redirects are not followed.
   *
   * @param path with the query: `/documents/1?view=full`.
   * @throws TypeError if the path does not begin with a slash, or an option is unknown.
   */
  request(path: string, options?: TestRequestOptions): Promise<Response>;
}

/**
 * Creates a client of an application: a URL, an app of Express, Koa, Hono or Fastify, a server of `node:http`, or
 * `{ fetch }`.
 *
 * @example
 * const issuer = createTestIssuer();
 * const response = await createTestClient(app).request('/documents/1', { token: issuer.token() });
 */
export function createTestClient(app: TestApp): TestClient {
  return {
    async request(path, options = {}) {
      checkOptions<TestRequestOptions>('request', options, {
        method: true,
        token: true,
        headers: true,
        json: true,
      });
      if (typeof path !== 'string' || !path.startsWith('/')) {
        throw new TypeError('request: the path must begin with a slash');
      }
      const { method = 'GET', json } = options;
      const body = json === undefined ? undefined : JSON.stringify(json);
      const { send, close } = await openApp('createTestClient', app);
      try {
        return await send({ method, path, headers: toHeaders(options), body });
      } finally {
        await close();
      }
    },
  };
}

function toHeaders({ token, headers = {}, json }: TestRequestOptions): Record<string, string> {
  return {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(json !== undefined && { 'content-type': 'application/json' }),
    ...headers,
  };
}

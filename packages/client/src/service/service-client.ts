import { checkOptions } from '../check-options.js';
import type { JwtToken } from '../token/jwt-token.js';
import { RequestClient } from './request-client.js';
import type { ServiceClientOptions, ServiceRequestOptions } from './service-client-options.js';
import { ServiceError } from './service-error.js';

export interface ServiceClient {
  /**
   * Calls an operation of the host and returns its data.
   * @throws ServiceError if the request fails; TypeError if an option is unknown or `timeoutMs` is
   * out of range.
   */
  request(
    this: void,
    operation: string,
    parameters?: readonly unknown[],
    options?: ServiceRequestOptions,
  ): Promise<unknown>;
  readonly auth: {
    /** The token of the host's current session (Genesys, Auth Namespace). */
    getJwtToken(this: void, options?: ServiceRequestOptions): Promise<JwtToken>;
    getJwtToken(
      this: void,
      succeeded: (data: JwtToken) => void,
      failed?: (error: ServiceError) => void,
    ): void;
  };
  /** Stops listening. Pending requests fail with `closed`. */
  close(this: void): void;
}

/**
 * Creates a client that calls the operations of a service host in another window.
 *
 * @throws TypeError if an option is unknown, `origin` is not exact, `timeoutMs` is out of range, or
 * there is no window to call.
 *
 * @example
 * const service = createServiceClient({ origin: 'https://workspace.example.com' });
 * const { jwtToken, expiration } = await service.auth.getJwtToken();
 * const agent = await service.request('agent.get', ['now']);
 */
export function createServiceClient(options: ServiceClientOptions): ServiceClient {
  checkOptions<ServiceClientOptions>('createServiceClient', options, {
    target: true,
    origin: true,
    timeoutMs: true,
    window: true,
  });
  const client = new RequestClient(options);
  const getJwtToken = async (requestOptions?: ServiceRequestOptions): Promise<JwtToken> =>
    parseJwtToken(await client.request('auth.getJwtToken', [], requestOptions));
  return {
    request: (operation, parameters = [], requestOptions = {}) =>
      client.request(operation, parameters, requestOptions),
    auth: {
      getJwtToken: ((
        first?: ServiceRequestOptions | ((data: JwtToken) => void),
        failed?: (error: ServiceError) => void,
      ) => {
        if (typeof first !== 'function') return getJwtToken(first);
        getJwtToken().then(first, (error) => failed?.(error));
        return undefined;
      }) as ServiceClient['auth']['getJwtToken'],
    },
    close: () => client.close(),
  };
}

function parseJwtToken(data: unknown): JwtToken {
  const { expiration, jwtToken } = (data ?? {}) as Partial<Record<keyof JwtToken, unknown>>;
  if (typeof expiration === 'string' && typeof jwtToken === 'string') {
    return { expiration, jwtToken };
  }
  throw new ServiceError('malformed', 'The reply holds no token.');
}

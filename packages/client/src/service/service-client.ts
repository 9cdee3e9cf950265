import { checkOptions } from '../check-options.js';
import type { JwtToken } from '../token/jwt-token.js';
import { createRequest, getReferenceId, parseReply } from './messages.js';
import { ServiceError } from './service-error.js';
import {
  getOwnWindow,
  type MessageReceiver,
  type MessageTarget,
  type ReceivedMessage,
} from './window.js';

export interface ServiceClientOptions {
  /**
   * The window of the host. Default: the window that opened this one, otherwise the one around it.
   */
  readonly target?: MessageTarget | undefined;
  /**
   * The exact origin of the host, such as `'https://workspace.example.com'`. Requests are sent only
   * to it, and replies accepted only from it. There is no default, and `'*'` is rejected.
   */
  readonly origin: string;
  /**
   * Milliseconds to wait for a reply: positive, at most 24 days. Default 10000, as in the Genesys
   * client.
   */
  readonly timeoutMs?: number | undefined;
  /** Where replies arrive. Default: the page's own window. */
  readonly window?: MessageReceiver | undefined;
}

export interface ServiceRequestOptions {
  /** Ends the wait with `aborted`. The operation is not undone at the host. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for this reply. Default: the client's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

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
  const client = new Client(options);
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

interface Pending {
  readonly resolve: (data: unknown) => void;
  readonly reject: (error: ServiceError) => void;
}

class Client {
  readonly #target: MessageTarget;
  readonly #origin: string;
  readonly #timeoutMs: number;
  readonly #receiver: MessageReceiver;
  readonly #pending = new Map<string, Pending>();
  readonly #listener = (event: ReceivedMessage): void => this.#receive(event);
  #closed = false;

  constructor(options: ServiceClientOptions) {
    this.#origin = toExactOrigin(options.origin);
    this.#timeoutMs = checkTimeout(options.timeoutMs ?? 10_000);
    this.#receiver = options.window ?? getOwnWindow();
    this.#target = options.target ?? getDefaultTarget();
    this.#receiver.addEventListener('message', this.#listener);
  }

  request(
    operation: string,
    parameters: readonly unknown[],
    options: ServiceRequestOptions = {},
  ): Promise<unknown> {
    const { signal, timeoutMs = this.#timeoutMs } = options;
    return new Promise((resolve, reject) => {
      checkOptions<ServiceRequestOptions>('request', options, { signal: true, timeoutMs: true });
      const referenceId = createReferenceId();
      const fail = (error: ServiceError): void => settle(() => reject(error));
      const timer = setTimeout(() => fail(new ServiceError('timeout')), checkTimeout(timeoutMs));
      const abort = (): void =>
        fail(new ServiceError('aborted', undefined, { cause: signal?.reason }));
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.#pending.delete(referenceId);
        finish();
      };
      if (this.#closed) return fail(new ServiceError('closed'));
      if (signal?.aborted) return abort();
      signal?.addEventListener('abort', abort, { once: true });
      this.#pending.set(referenceId, {
        resolve: (data) => settle(() => resolve(data)),
        reject: fail,
      });
      try {
        this.#target.postMessage(createRequest(operation, parameters, referenceId), this.#origin);
      } catch (cause) {
        fail(new ServiceError('malformed', 'The parameters cannot be sent.', { cause }));
      }
    });
  }

  close(): void {
    this.#closed = true;
    this.#receiver.removeEventListener('message', this.#listener);
    for (const { reject } of [...this.#pending.values()]) reject(new ServiceError('closed'));
  }

  #receive({ data, origin, source }: ReceivedMessage): void {
    if (origin !== this.#origin || source !== this.#target) return;
    const pending = this.#pending.get(getReferenceId(data) ?? '');
    if (pending === undefined) return;
    try {
      pending.resolve(parseReply(data));
    } catch (error) {
      pending.reject(error as ServiceError);
    }
  }
}

/** 128 random bits: a window that cannot see the requests cannot guess the id of a pending one. */
function createReferenceId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function parseJwtToken(data: unknown): JwtToken {
  const { expiration, jwtToken } = (data ?? {}) as Partial<Record<keyof JwtToken, unknown>>;
  if (typeof expiration === 'string' && typeof jwtToken === 'string') {
    return { expiration, jwtToken };
  }
  throw new ServiceError('malformed', 'The reply holds no token.');
}

function getDefaultTarget(): MessageTarget {
  const own = globalThis.window;
  const target: MessageTarget | undefined = own?.opener ?? own?.parent;
  if (target === undefined || target === own) {
    throw new TypeError(
      'createServiceClient: target is required, because no window opened or contains this one',
    );
  }
  return target;
}

/** A longer timer (24.8 days) would fire at once. */
function checkTimeout(timeoutMs: number): number {
  if (timeoutMs > 0 && timeoutMs < 2 ** 31) return timeoutMs;
  throw new TypeError(
    'createServiceClient: timeoutMs must be a positive number of at most 2147483647',
  );
}

function toExactOrigin(text: string): string {
  const isExact = /^https?:\/\/[^/?#@*\\]+$/i.test(text);
  if (!isExact)
    throw new TypeError('createServiceClient: origin must be exact: scheme://host:port');
  return new URL(text).origin;
}

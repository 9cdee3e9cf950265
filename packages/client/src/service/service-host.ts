import { checkOptions } from '../check-options.js';
import {
  type AcceptedOrigins,
  type OriginSyntaxError,
  readAcceptedOrigins,
} from './accepted-origins.js';
import {
  createDataReply,
  createErrorReply,
  type ReceivedRequest,
  type ReplyMessage,
  readRequest,
} from './messages.js';
import { RateLimiter, type RateLimitOptions } from './rate-limiter.js';
import { ServiceError, type ServiceErrorCode } from './service-error.js';
import {
  type MessageReceiver,
  type MessageTarget,
  type ReceivedMessage,
  readOwnWindow,
} from './window.js';

/** Who asks for what. */
export interface ServiceCaller {
  /** As the browser says, not as the page says. */
  readonly origin: string;
  readonly operation: string;
}

/**
 * One operation. What it answers is sent to the caller, and must be something that can be sent to
 * another window. A `ServiceError` that it throws is told to the caller; of anything else it learns
 * `failed` and nothing more.
 */
export type ServiceOperation = (parameters: readonly unknown[], caller: ServiceCaller) => unknown;

/** What became of a request, for audit. It never holds parameters or data. */
export interface ServiceEvent {
  readonly origin: string;
  readonly operation: string;
  readonly outcome: 'answered' | ServiceErrorCode;
}

interface HostRateLimit extends RateLimitOptions {
  /**
   * `'error'` (default): a `rate_limited` reply with the time to wait. `'silent'`: none, as Genesys
   * documents it; the caller then sees its own time-out.
   */
  readonly reply?: 'error' | 'silent' | undefined;
}

export interface ServiceHostOptions {
  /**
   * Who may call what: a value of the Genesys option `service-client-api.accepted-web-content-origins`, see
   * `readAcceptedOrigins`. A text that cannot be read grants nothing; `host.policyError` says where.
   */
  readonly acceptedWebContentOrigins: string;
  /** By full name: `{ 'auth.getJwtToken': () => tokens.getJwtToken() }`. */
  readonly operations: Readonly<Record<string, ServiceOperation>>;
  /** Operations besides `auth.getJwtToken` that only their full name grants. Default: none. */
  readonly sensitiveOperations?: readonly string[] | undefined;
  /** Whether the origin `null` may be listed. Default `false`. */
  readonly allowNullOrigin?: boolean | undefined;
  /**
   * Whether that window may ask at all, such as `(source) => source === frame.contentWindow`. Default:
   * any window of an accepted origin, except this one.
   */
  readonly acceptsSource?: ((source: unknown) => boolean) | undefined;
  /** Default: unlimited. */
  readonly rateLimit?: HostRateLimit | undefined;
  /** Called after every request. What it throws or rejects with is ignored. */
  readonly onRequest?: ((event: ServiceEvent) => void) | undefined;
  /** Where messages arrive. Default: the page's own window. */
  readonly window?: MessageReceiver | undefined;
  /** The clock that limits go by, in milliseconds. Default `performance.now`, which nobody sets back. */
  readonly now?: (() => number) | undefined;
}

export interface ServiceHost {
  /** Where and why `acceptedWebContentOrigins` could not be read; then nothing is granted. */
  readonly policyError: OriginSyntaxError | undefined;
  /** Stops listening. Who still waits is told `closed`, and nothing of what an operation answers. */
  close(this: void): void;
}

/**
 * Serves operations to pages of other origins, over `postMessage`: the host's side of the Genesys Service
 * Client API. Every request is judged by the origin that the browser vouches for, and answered to
 * exactly that origin.
 * @throws TypeError if a rate limit is no number, or there is no window.
 */
export function createServiceHost(options: ServiceHostOptions): ServiceHost {
  checkOptions<ServiceHostOptions>('createServiceHost', options, {
    acceptedWebContentOrigins: true,
    operations: true,
    sensitiveOperations: true,
    allowNullOrigin: true,
    acceptsSource: true,
    rateLimit: true,
    onRequest: true,
    window: true,
    now: true,
  });
  if (options.rateLimit !== undefined) {
    checkOptions<HostRateLimit>('createServiceHost: rateLimit', options.rateLimit, {
      perMinute: true,
      operations: true,
      quarantineSeconds: true,
      reply: true,
    });
  }
  const accepted = readAcceptedOrigins(options.acceptedWebContentOrigins, options);
  const host = new Host(options, accepted);
  const receiver = options.window ?? readOwnWindow();
  const listener = (event: ReceivedMessage): void => host.receive(event);
  receiver.addEventListener('message', listener);
  return {
    policyError: accepted.error,
    close() {
      receiver.removeEventListener('message', listener);
      host.isClosed = true;
    },
  };
}

class Host {
  readonly #options: ServiceHostOptions;
  readonly #accepted: AcceptedOrigins;
  readonly #operations: ReadonlyMap<string, ServiceOperation>;
  readonly #limiter: RateLimiter;
  readonly #self: unknown;
  isClosed = false;

  constructor(options: ServiceHostOptions, accepted: AcceptedOrigins) {
    this.#options = options;
    this.#accepted = accepted;
    // A map, in which `constructor` is no operation.
    this.#operations = new Map(Object.entries(options.operations));
    this.#limiter = new RateLimiter(
      options.rateLimit ?? {},
      options.now ?? (() => performance.now()),
    );
    this.#self = options.window ?? globalThis.window;
  }

  receive({ data, origin, source }: ReceivedMessage): void {
    const message = readRequest(data);
    if (message === undefined || !isTarget(source) || source === this.#self) return;
    if (this.#options.acceptsSource?.(source) === false) return;
    void this.#answer(message, { origin, operation: message.request }, source);
  }

  /** Never rejects. */
  async #answer(
    { referenceId, parameters }: ReceivedRequest,
    caller: ServiceCaller,
    source: MessageTarget,
  ): Promise<void> {
    try {
      const data = await this.#run(parameters, caller);
      if (this.isClosed) throw new ServiceError('closed');
      if (this.#send(source, caller, createDataReply(referenceId, data))) {
        void this.#tell(caller, 'answered');
        return;
      }
      throw new ServiceError('failed');
    } catch (thrown) {
      const error = this.isClosed ? new ServiceError('closed') : toServiceError(thrown);
      void this.#tell(caller, error.code);
      const isSilent = this.#options.rateLimit?.reply === 'silent';
      if (error.code === 'rate_limited' && isSilent) return;
      this.#send(source, caller, createErrorReply(referenceId, error));
    }
  }

  #run(parameters: readonly unknown[], caller: ServiceCaller): unknown {
    const { origin, operation } = caller;
    // Before anything is counted: whom nothing is granted to can use nothing up.
    if (!this.#accepted.allows(origin, operation)) throw new ServiceError('denied');
    const retryAfterMs = this.#limiter.check(origin, operation);
    if (retryAfterMs !== undefined) {
      throw new ServiceError('rate_limited', undefined, { retryAfterMs });
    }
    const run = this.#operations.get(operation);
    if (run === undefined) throw new ServiceError('unknown_operation');
    return run(parameters, caller);
  }

  /** False if the message cannot be sent, such as a function, or the window is gone. */
  #send(source: MessageTarget, { origin }: ServiceCaller, reply: ReplyMessage): boolean {
    try {
      // `null` cannot be addressed. Nothing sensitive is ever granted to it.
      source.postMessage(reply, origin === 'null' ? '*' : origin);
      return true;
    } catch {
      return false;
    }
  }

  /** At once, and never rejects. */
  async #tell(caller: ServiceCaller, outcome: ServiceEvent['outcome']): Promise<void> {
    try {
      await this.#options.onRequest?.({ ...caller, outcome });
    } catch {}
  }
}

/** Of what is not meant for the caller, it learns nothing. */
const toServiceError = (thrown: unknown): ServiceError =>
  thrown instanceof ServiceError ? thrown : new ServiceError('failed');

const isTarget = (source: unknown): source is MessageTarget =>
  // Asked of a window of another origin, `in` and `typeof source.postMessage` are allowed.
  typeof source === 'object' && source !== null && 'postMessage' in source;

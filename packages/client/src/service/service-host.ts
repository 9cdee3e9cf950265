import { checkOptions } from '../check-options.js';
import { type AcceptedOrigins, parseAcceptedOrigins } from './accepted-origins.js';
import {
  createDataReply,
  createErrorReply,
  parseRequest,
  type ReceivedRequest,
  type ReplyMessage,
} from './messages.js';
import type { OriginSyntaxError, SkippedOrigin } from './parse-grants.js';
import { RateLimiter, type RateLimitOptions } from './rate-limiter.js';
import { ServiceError, type ServiceErrorCode } from './service-error.js';
import {
  getOwnWindow,
  type MessageReceiver,
  type MessageTarget,
  type ReceivedMessage,
} from './window.js';

/** The origin of a request, and the operation that it names. */
export interface ServiceCaller {
  /** As reported by the browser, not by the page. */
  readonly origin: string;
  readonly operation: string;
}

/**
 * One operation. Its result is sent to the caller, so it must be something that can be posted to
 * another window. The caller receives a `ServiceError` that it throws; any other error becomes
 * `failed` without details.
 */
export type ServiceOperation = (parameters: readonly unknown[], caller: ServiceCaller) => unknown;

/** The outcome of a request, for audit. It never holds parameters or data. */
export interface ServiceEvent {
  readonly origin: string;
  readonly operation: string;
  readonly outcome: 'answered' | ServiceErrorCode;
}

interface HostRateLimit extends RateLimitOptions {
  /**
   * `'error'` (default) replies `rate_limited` with the time to wait. `'silent'` sends no reply, as
   * Genesys documents it, so the caller times out.
   */
  readonly reply?: 'error' | 'silent' | undefined;
}

export interface ServiceHostOptions {
  /**
   * Who may call what: a value of the Genesys option
   * `service-client-api.accepted-web-content-origins`, see `parseAcceptedOrigins`. An invalid text
   * grants nothing, and `host.policyError` gives the place.
   */
  readonly acceptedWebContentOrigins: string;
  /** By full name: `{ 'auth.getJwtToken': () => tokens.getJwtToken() }`. */
  readonly operations: Readonly<Record<string, ServiceOperation>>;
  /** Operations besides `auth.getJwtToken` that only their full name grants. Default: none. */
  readonly sensitiveOperations?: readonly string[] | undefined;
  /** Whether the origin `null` may be listed. Default `false`. */
  readonly allowNullOrigin?: boolean | undefined;
  /**
   * Whether a window may send requests at all, such as `(source) => source ===
   * frame.contentWindow`. Default: any window except the host's own.
   */
  readonly acceptsSource?: ((source: unknown) => boolean) | undefined;
  /** Default: unlimited. */
  readonly rateLimit?: HostRateLimit | undefined;
  /** Called after every request. Its errors and rejections are ignored. */
  readonly onRequest?: ((event: ServiceEvent) => void) | undefined;
  /** Where messages arrive. Default: the page's own window. */
  readonly window?: MessageReceiver | undefined;
  /**
   * The clock for the limits, in milliseconds. Default `performance.now`, which is never set back.
   */
  readonly now?: (() => number) | undefined;
}

export interface ServiceHost {
  /** Where and why `acceptedWebContentOrigins` is invalid. Nothing is granted then. */
  readonly policyError: OriginSyntaxError | undefined;
  /** Entries of `acceptedWebContentOrigins` that grant nothing, because of their scheme. */
  readonly skippedOrigins: readonly SkippedOrigin[];
  /** Stops listening. Pending callers receive `closed`, and no result of an operation. */
  close(this: void): void;
}

/**
 * Serves operations to pages of other origins over `postMessage`: the host's side of the Genesys
 * Service Client API. Every request is judged by the origin that the browser reports, and answered
 * to exactly that origin.
 *
 * @throws TypeError if an option is unknown, a rate limit is not a number of at least 0, or the
 * window is missing.
 *
 * @example
 * const tokens = createTokenClient();
 * const host = createServiceHost({
 *   acceptedWebContentOrigins: 'https://content.example.com (auth.getJwtToken)',
 *   operations: { 'auth.getJwtToken': () => tokens.getJwtToken() },
 * });
 * if (host.policyError) console.error(host.policyError.message);
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
  const { acceptedWebContentOrigins, sensitiveOperations, allowNullOrigin } = options;
  const accepted = parseAcceptedOrigins(acceptedWebContentOrigins, {
    sensitiveOperations,
    allowNullOrigin,
  });
  const host = new Host(options, accepted);
  const receiver = options.window ?? getOwnWindow();
  const listener = (event: ReceivedMessage): void => host.receive(event);
  receiver.addEventListener('message', listener);
  return {
    policyError: accepted.error,
    skippedOrigins: accepted.skipped,
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
    // A map, because an object would have an operation named `constructor`.
    this.#operations = new Map(Object.entries(options.operations));
    this.#limiter = new RateLimiter(
      options.rateLimit ?? {},
      options.now ?? (() => performance.now()),
    );
    this.#self = options.window ?? globalThis.window;
  }

  receive({ data, origin, source }: ReceivedMessage): void {
    const message = parseRequest(data);
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
        void this.#notify(caller, 'answered');
        return;
      }
      throw new ServiceError('failed');
    } catch (thrown) {
      const error = this.isClosed ? new ServiceError('closed') : toServiceError(thrown);
      void this.#notify(caller, error.code);
      const isSilent = this.#options.rateLimit?.reply === 'silent';
      if (error.code === 'rate_limited' && isSilent) return;
      this.#send(source, caller, createErrorReply(referenceId, error));
    }
  }

  #run(parameters: readonly unknown[], caller: ServiceCaller): unknown {
    const { origin, operation } = caller;
    // Checked before the request is counted, so that an origin without a grant cannot use up a
    // limit.
    if (!this.#accepted.allows(origin, operation)) throw new ServiceError('denied');
    const retryAfterMs = this.#limiter.check(origin, operation);
    if (retryAfterMs !== undefined) {
      throw new ServiceError('rate_limited', undefined, { retryAfterMs });
    }
    const run = this.#operations.get(operation);
    if (run === undefined) throw new ServiceError('unknown_operation');
    return run(parameters, caller);
  }

  /**
   * Returns false if the reply cannot be posted, for example because it holds a function, or the
   * window is gone.
   */
  #send(source: MessageTarget, { origin }: ServiceCaller, reply: ReplyMessage): boolean {
    try {
      // `null` cannot be addressed, so any window could receive the reply. Sensitive operations are
      // never granted to `null`.
      source.postMessage(reply, origin === 'null' ? '*' : origin);
      return true;
    } catch {
      return false;
    }
  }

  /** Calls the observer synchronously and never rejects. */
  async #notify(caller: ServiceCaller, outcome: ServiceEvent['outcome']): Promise<void> {
    try {
      await this.#options.onRequest?.({ ...caller, outcome });
    } catch {}
  }
}

/** Hides every error that is not intended for the caller. */
const toServiceError = (thrown: unknown): ServiceError =>
  thrown instanceof ServiceError ? thrown : new ServiceError('failed');

const isTarget = (source: unknown): source is MessageTarget =>
  // For a window of another origin, browsers allow `in` and `typeof source.postMessage`.
  typeof source === 'object' && source !== null && 'postMessage' in source;

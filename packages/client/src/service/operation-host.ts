import type { AcceptedOrigins } from './accepted-origins.js';
import {
  createDataReply,
  createErrorReply,
  parseRequest,
  type ReceivedRequest,
  type ReplyMessage,
} from './messages.js';
import { RateLimiter } from './rate-limiter.js';
import { ServiceError } from './service-error.js';
import type {
  ServiceCaller,
  ServiceEvent,
  ServiceHostOptions,
  ServiceOperation,
} from './service-host-options.js';
import type { MessageTarget, ReceivedMessage } from './window.js';

export class OperationHost {
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

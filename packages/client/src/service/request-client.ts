import { checkOptions } from '../check-options.js';
import { createRequest, getReferenceId, parseReply } from './messages.js';
import type { ServiceClientOptions, ServiceRequestOptions } from './service-client-options.js';
import { ServiceError } from './service-error.js';
import {
  getOwnWindow,
  type MessageReceiver,
  type MessageTarget,
  type ReceivedMessage,
} from './window.js';

interface Pending {
  readonly resolve: (data: unknown) => void;
  readonly reject: (error: ServiceError) => void;
}

export class RequestClient {
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

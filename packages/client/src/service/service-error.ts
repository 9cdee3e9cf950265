/** The codes of {@link ServiceError}: every way in which a request to a service host can fail. */
export const SERVICE_ERRORS = {
  /** The host's configuration does not grant this operation to this origin. */
  denied: 'The operation is not granted to this origin.',
  unknown_operation: 'There is no such operation.',
  rate_limited: 'There were too many requests.',
  /** The operation failed. The caller sees details only if the operation threw a `ServiceError`. */
  failed: 'The operation failed.',
  /** A request or a reply is invalid, or cannot be sent to another window. */
  malformed: 'The message is malformed.',
  /** No reply in time: the host has another origin, is missing, or is configured to stay silent. */
  timeout: 'Request timeout',
  aborted: 'The request was aborted.',
  /** `close()` was called, here or at the host. */
  closed: 'The client or the host is closed.',
} as const satisfies Record<string, string>;

/** Why the service refused, in its own words. */
export type ServiceErrorCode = keyof typeof SERVICE_ERRORS;

export interface ServiceErrorOptions {
  /** Milliseconds until requests are accepted again (`rate_limited`); `Infinity` for never. */
  readonly retryAfterMs?: number | undefined;
  /** The underlying error, which is never sent to another window. */
  readonly cause?: unknown;
}

/**
 * The one error of the bridge. It replaces two failure shapes of the Genesys client: a bare string
 * on time-out, and a reply object with `errorMessage`.
 *
 * @example
 * const getAgent = (): never => {
 *   throw new ServiceError('failed', 'No agent is logged in.');
 * };
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ServiceErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ServiceErrorCode, message?: string, options: ServiceErrorOptions = {}) {
    super(
      message ?? SERVICE_ERRORS[code],
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** The message under the name that programs written for the Genesys client use. */
  get errorMessage(): string {
    return this.message;
  }
}

export function isServiceErrorCode(value: unknown): value is ServiceErrorCode {
  return typeof value === 'string' && Object.hasOwn(SERVICE_ERRORS, value);
}

import type { RateLimitOptions } from './rate-limiter.js';
import type { ServiceErrorCode } from './service-error.js';
import type { MessageReceiver } from './window.js';

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

export interface HostRateLimit extends RateLimitOptions {
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

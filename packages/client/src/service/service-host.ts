import { checkOptions } from '../check-options.js';
import { parseAcceptedOrigins } from './accepted-origins.js';
import type { SkippedOrigin } from './grant-parser.js';
import { OperationHost } from './operation-host.js';
import type { OriginSyntaxError } from './parse-grants.js';
import type { HostRateLimit, ServiceHostOptions } from './service-host-options.js';
import { getOwnWindow, type ReceivedMessage } from './window.js';

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
  const host = new OperationHost(options, accepted);
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

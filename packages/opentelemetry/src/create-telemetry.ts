import type { DecisionEvent, Guard, TokenVerifier } from '@mandate/core';
import type { KeyFetchEvent } from '@mandate/core/jwt';
import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions } from '@mandate/internal/check-options';
import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import { createDecisionMetrics } from './decision-metrics.js';
import {
  createExportMetrics,
  type ExportEventLike,
  type ObservedExports,
  observeDeliveries,
} from './export-metrics.js';
import { createKeyFetchMetrics, observeHealth } from './key-metrics.js';
import { createInstruments, ObservedVerifier } from './observed-verifier.js';
import { type ObservedTokenStore, observeRevocations } from './revocation-metrics.js';

export interface TelemetryOptions {
  /** Where the metrics go. Default: the global provider of `@opentelemetry/api`. */
  readonly meterProvider?: MeterProvider | undefined;
  /** Where the spans go. Default: the global provider of `@opentelemetry/api`. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * What observes the parts of a server. No attribute holds a token, a subject or an e-mail address, and the number of
 * values of each is bounded.
 */
export interface Telemetry {
  /** The option `onDecision` of `createGuard`. */
  readonly onDecision: (event: DecisionEvent) => void;
  /** The option `onFetch` of `createKeySet`. */
  readonly onFetch: (event: KeyFetchEvent) => void;
  /** The option `onEvent` of `createExports`. */
  readonly onEvent: (event: ExportEventLike) => void;
  /**
   * Returns a verifier that does what the given one does, counts its answers, and makes a span of each token that is
   * not remembered. A principal that the verifier returned before counts as remembered.
   * @param kind names the verifier in metrics and spans: `jwt`, `issued`.
   */
  observeVerifier(verifier: TokenVerifier, kind: string): TokenVerifier;
  /**
   * Observes the age of keys and the status of what the verifiers depend on.
   * @returns a function that ends it.
   */
  observeGuard(guard: Pick<Guard, 'health'>): () => void;
  /**
   * Measures how late this process learns of revocations, with one reading of the store for each.
   * @returns a function that ends it.
   */
  observeTokenStore(store: ObservedTokenStore): () => void;
  /**
   * Observes how many deliveries wait and how old the oldest is, with one count for each connection and reading.
   * @returns a function that ends it.
   */
  observeExports(exports: ObservedExports): () => void;
}

/** The name of the instrumentation scope. */
const SCOPE = '@mandate/opentelemetry';

/**
 * Creates the observers of a server.
 *
 * @throws TypeError if an option is unknown or invalid.
 *
 * @example
 * const telemetry = createTelemetry();
 * const guard = createGuard({
 *   verifiers: [telemetry.observeVerifier(verifier, 'jwt')],
 *   endpoints: { 'GET /documents/:id': { scopes: ['DOCUMENTS'] } },
 *   onDecision: telemetry.onDecision,
 * });
 * telemetry.observeGuard(guard);
 */
export function createTelemetry(options: TelemetryOptions = {}): Telemetry {
  checkOptions<TelemetryOptions>('createTelemetry', options, {
    meterProvider: true,
    tracerProvider: true,
    now: true,
  });
  checkFunctions('createTelemetry', options, ['now']);
  const { meterProvider = metrics, tracerProvider = trace, now = Date.now } = options;
  const meter = meterProvider.getMeter(SCOPE);
  const instruments = createInstruments(meter, tracerProvider.getTracer(SCOPE));
  return {
    onDecision: createDecisionMetrics(meter),
    onFetch: createKeyFetchMetrics(meter),
    onEvent: createExportMetrics(meter),
    observeVerifier: (verifier, kind) => new ObservedVerifier(verifier, kind, instruments),
    observeGuard: (guard) => observeHealth(meter, guard),
    observeTokenStore: (store) => observeRevocations(meter, store, now),
    observeExports: (exports) => observeDeliveries(meter, exports, now),
  };
}

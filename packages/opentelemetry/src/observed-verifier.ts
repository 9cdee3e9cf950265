import {
  AuthError,
  type Credentials,
  type Principal,
  type TokenVerifier,
  type VerifierHealth,
} from '@mandate/core';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import {
  type Counter,
  type Histogram,
  type Meter,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from '@opentelemetry/api';

const BOUNDARIES_SECONDS = [1e-5, 1e-4, 1e-3, 5e-3, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

interface Instruments {
  readonly verifications: Counter;
  readonly duration: Histogram;
  readonly tracer: Tracer;
}

export function createInstruments(meter: Meter, tracer: Tracer): Instruments {
  return {
    tracer,
    verifications: meter.createCounter('mandate.verifications', {
      unit: '{token}',
      description: 'Tokens that verifiers were asked about',
    }),
    duration: meter.createHistogram('mandate.verification.duration', {
      unit: 's',
      description: 'How long it takes to verify or look up a token that is not remembered',
      advice: { explicitBucketBoundaries: BOUNDARIES_SECONDS },
    }),
  };
}

/**
 * A verifier that counts what another one answers. A principal that was seen before counts as remembered: verifiers
 * that remember return the same object again.
 */
export class ObservedVerifier implements TokenVerifier {
  readonly #verifier: TokenVerifier;
  readonly #kind: string;
  readonly #instruments: Instruments;
  readonly #seen = new WeakSet<Principal>();

  constructor(verifier: TokenVerifier, kind: string, instruments: Instruments) {
    this.#verifier = verifier;
    this.#kind = kind;
    this.#instruments = instruments;
  }

  accepts(credentials: Credentials): boolean {
    return this.#verifier.accepts(credentials);
  }

  verify(credentials: Credentials): MaybePromise<Principal> {
    const startedAtMs = performance.now();
    try {
      const found = this.#verifier.verify(credentials);
      return isPromise(found) ? this.#wait(found, startedAtMs) : this.#pass(found, startedAtMs);
    } catch (error) {
      this.#fail(error, startedAtMs);
      throw error;
    }
  }

  async warmUp(): Promise<void> {
    await this.#verifier.warmUp?.();
  }

  health(): readonly VerifierHealth[] {
    return this.#verifier.health?.() ?? [];
  }

  audiences(): ReturnType<NonNullable<TokenVerifier['audiences']>> {
    return this.#verifier.audiences?.() ?? [];
  }

  async #wait(found: Promise<Principal>, startedAtMs: number): Promise<Principal> {
    try {
      return this.#pass(await found, startedAtMs);
    } catch (error) {
      this.#fail(error, startedAtMs);
      throw error;
    }
  }

  #pass(principal: Principal, startedAtMs: number): Principal {
    // A verifier of the application may return anything; the guard checks it.
    const isObject = typeof principal === 'object' && principal !== null;
    if (isObject && this.#seen.has(principal)) {
      this.#count('remembered');
      return principal;
    }
    if (isObject) this.#seen.add(principal);
    this.#finish('verified', startedAtMs, undefined);
    return principal;
  }

  #fail(error: unknown, startedAtMs: number): void {
    // The code and nothing else: a message could quote the token.
    const type = error instanceof AuthError ? error.code : 'fault';
    const outcome = type === 'verifier_unavailable' ? 'unavailable' : 'rejected';
    this.#finish(type === 'fault' ? 'fault' : outcome, startedAtMs, type);
  }

  #count(outcome: string): void {
    const { verifications } = this.#instruments;
    verifications.add(1, { 'mandate.verifier': this.#kind, 'mandate.outcome': outcome });
  }

  /** Counts a verification that was not remembered, and adds its span to that of the request. */
  #finish(outcome: string, startedAtMs: number, errorType: string | undefined): void {
    const { duration, tracer } = this.#instruments;
    this.#count(outcome);
    const endedAtMs = performance.now();
    const attributes = { 'mandate.verifier': this.#kind, 'mandate.outcome': outcome };
    duration.record((endedAtMs - startedAtMs) / 1000, attributes);
    const span = tracer.startSpan('mandate.verify', {
      kind: SpanKind.INTERNAL,
      startTime: performance.timeOrigin + startedAtMs,
      attributes,
    });
    if (errorType !== undefined) {
      span.setAttribute('error.type', errorType);
      // A rejected token is not an error of this server.
      if (outcome !== 'rejected') span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end(performance.timeOrigin + endedAtMs);
  }
}

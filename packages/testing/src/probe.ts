import { AuthError, type AuthErrorCode, type Decision } from '@mandate/core';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';

/**
 * Learns what a test guard decides about a request, and ends the request after an allowed decision unless the
 * handlers may run.
 */
export class Probe {
  /** The last decision. Handlers may cause others before it. */
  code: 'allowed' | AuthErrorCode | undefined = undefined;
  /** What was thrown instead of a decision, in an object of its own because anything can be thrown. */
  failure: { readonly error: unknown } | undefined = undefined;
  readonly #runsHandlers: boolean;

  constructor(runsHandlers: boolean) {
    this.#runsHandlers = runsHandlers;
  }

  /** Forgets the request before. */
  reset(): void {
    this.code = undefined;
    this.failure = undefined;
  }

  watch(
    by: 'decide' | 'authenticate' | 'authorize',
    decide: () => MaybePromise<Decision>,
  ): MaybePromise<Decision> {
    try {
      if (by !== 'decide' && !this.#runsHandlers) throw new TypeError(BY_ROUTE);
      const decision = decide();
      return isPromise(decision)
        ? decision.then(
            (one) => this.#record(one),
            (error) => this.#fail(error),
          )
        : this.#record(decision);
    } catch (error) {
      return this.#fail(error);
    }
  }

  #record(decision: Decision): Decision {
    this.code = decision.allowed ? 'allowed' : decision.error.code;
    return decision.allowed && !this.#runsHandlers ? ENDED : decision;
  }

  #fail(error: unknown): never {
    this.failure = { error };
    throw error;
  }
}

const BY_ROUTE =
  'rules at routes decide about this app, so its handlers cannot be skipped; set runHandlers: true';

/** The answer to an allowed request whose handler must not run. Applications see it as a rejection. */
const ENDED: Decision = {
  allowed: false,
  error: new AuthError('condition_failed'),
  denial: { status: 200, headers: { 'content-type': 'text/plain' }, body: 'allowed' },
};

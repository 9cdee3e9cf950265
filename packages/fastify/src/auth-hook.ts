import { DenialError, type RuleStep } from '@mandate/core/adapter';
import { isPromise } from '@mandate/internal/maybe-promise';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import type { Passed } from './fastify-auth-request.js';
import { pass } from './stages.js';

/** A hook of Fastify that decides about a request: `onRequest`, `preValidation` or `preHandler`. */
export type AuthHook = (
  request: FastifyRequest,
  reply: FastifyReply,
  done: HookHandlerDoneFunction,
) => void;

/** Converts a decision to a hook. The request goes on only if it passed. */
export function toAuthHook(
  decide: (request: FastifyRequest, reply: FastifyReply) => Passed,
): AuthHook {
  return (request, reply, done) => {
    let passed: Passed;
    try {
      passed = decide(request, reply);
    } catch (error) {
      done(toError(error));
      return;
    }
    if (passed === true) done();
    else if (isPromise(passed)) {
      passed.then(
        (late) => {
          if (late) done();
        },
        (error: unknown) => done(toError(error)),
      );
    }
  };
}

/** Converts the step of a rule to a hook. */
export function toRuleHook(step: RuleStep<Passed>): AuthHook {
  return toAuthHook((request) => step(request, pass));
}

/**
 * Hides an unexpected error in the cause, because Fastify sends the message of an error to the caller, and takes one that
 * is `undefined` for none.
 */
function toError(error: unknown): Error {
  if (error instanceof DenialError) return error;
  return new Error('The guard failed', { cause: error });
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RuleStep } from '@mandate/core/adapter';
import type { NextFunction, RequestHandler } from 'express';
import { catchErrors } from './catch-errors.js';

/**
 * A `RequestHandler` without types for parameters, so that the handler of a route keeps the types that
 * Express infers from its path.
 */
export type AuthHandler = (req: IncomingMessage, res: ServerResponse, next: NextFunction) => void;

/** Converts the step of a rule to middleware. */
export function toAuthHandler(step: RuleStep<void>): AuthHandler {
  const middleware: RequestHandler = (_req, res, next) => catchErrors(step(res.locals, next), next);
  return middleware as AuthHandler;
}

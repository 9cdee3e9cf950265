import { findGuardedRequest } from '@mandate/core/adapter';
import { type CanActivate, type ExecutionContext, Inject } from '@nestjs/common';

/**
 * The token of the settings of {@link MandateModule}, which is global. Nest names it where a rule needs it and the module
 * is missing.
 */
export const MANDATE = 'MandateModule.forRoot()';

/**
 * Stands beside every rule, so that a rule never exists without the guard: Nest cannot create it without
 * `MandateModule`, and no handler runs unless the guard has allowed the request.
 */
export class AppliedRule implements CanActivate {
  /** @throws TypeError if the guard did not run. */
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() === 'http') {
      const request = findGuardedRequest(context.switchToHttp().getRequest<object>());
      if (request?.principal !== undefined) return true;
    }
    throw new TypeError('the guard of MandateModule did not allow this request');
  }
}

// What `constructor(@Inject(MANDATE) settings)` does.
Inject(MANDATE)(AppliedRule, undefined, 0);

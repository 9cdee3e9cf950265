import type { Principal } from '@mandate/core';
import { findGuardedRequest } from '@mandate/core/adapter';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/**
 * The principal, as a parameter of a handler. At a `@Public()` endpoint it is `PUBLIC_PRINCIPAL`.
 *
 * @example
 * @Controller('documents')
 * class Documents {
 *   @Get() @RequireScopes('DOCUMENTS') list(@Auth() principal: Principal) {
 *     return { for: principal.subject };
 *   }
 * }
 */
export const Auth: () => ParameterDecorator = createParamDecorator(getPrincipal);

/** @throws TypeError if no guard allowed the request. */
function getPrincipal(_data: unknown, context: ExecutionContext): Principal {
  const isHttp = context.getType() === 'http';
  const request = isHttp
    ? findGuardedRequest(context.switchToHttp().getRequest<object>())
    : undefined;
  if (request?.principal === undefined) {
    throw new TypeError('@Auth(): the guard of MandateModule did not allow this request');
  }
  return request.principal;
}

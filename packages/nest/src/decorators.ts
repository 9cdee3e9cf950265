import {
  type AllowIf as Condition,
  type GroupRule,
  hasClaim,
  type StepUpRule,
} from '@mandate/core';
import { UseGuards } from '@nestjs/common';
import { AppliedRule } from './applied-rule.js';
import {
  addDeclared,
  checkPart,
  type Declared,
  getDeclared,
  type RuleDecorator,
  toSubject,
} from './declared.js';

/**
 * Requires all of the scopes. Without a scope, it allows every valid token.
 * @throws TypeError if a scope is invalid, such as an empty name.
 *
 * @example
 * @Controller('documents')
 * class Documents {
 *   @Get() @RequireScopes('DOCUMENTS') list() {}
 * }
 */
export function RequireScopes(...scopes: readonly string[]): RuleDecorator {
  return declare({ scopes });
}

/**
 * Requires one of the scopes.
 * @throws TypeError if there is no scope, or a scope is invalid.
 *
 * @example
 * @Controller('people')
 * class People {
 *   @Get() @RequireAnyScope('PEOPLE', 'ENTITIES') list() {}
 * }
 */
export function RequireAnyScope(...scopes: readonly string[]): RuleDecorator {
  return declare({ scopes: { anyOf: scopes } });
}

/**
 * Requires membership in a group, or in the group that the request names.
 * @throws TypeError if the group rule is invalid, such as one without a place.
 *
 * @example
 * @Controller('groups/:groupid')
 * class Visitors {
 *   @Get('visitors') @RequireGroup({ path: 'groupid' }) list() {}
 * }
 */
export function RequireGroup(group: GroupRule): RuleDecorator {
  return declare({ group });
}

/**
 * Requires that a claim of the token is one of the values, or a list that has one of them.
 * @throws TypeError if the name is empty, or there is no value.
 *
 * @example
 * @Controller('reports')
 * class Reports {
 *   @Get() @RequireClaim('plan', 'pro', 'team') list() {}
 * }
 */
export function RequireClaim(
  name: string,
  ...values: readonly (string | number | boolean)[]
): RuleDecorator {
  return declare({ conditions: [hasClaim(name, ...values)] });
}

/**
 * Requires that the user has authenticated in one of the ways (`acr`), or recently (`auth_time`); otherwise
 * 401 `insufficient_user_authentication` asks the client for it (RFC 9470).
 * @throws TypeError if it requires nothing, or an option is invalid.
 *
 * @example
 * @Controller('payments')
 * class Payments {
 *   @Post() @RequireStepUp({ acrValues: ['mfa'], maxAuthAgeSeconds: 300 }) pay() {}
 * }
 */
export function RequireStepUp(stepUp: StepUpRule): RuleDecorator {
  return declare({ stepUp });
}

/**
 * Requires a condition of the application: it returns `true`, or the reason to reject the request, which only
 * `onDecision` receives.
 * @throws TypeError if the condition is not a function.
 *
 * @example
 * @Controller('account')
 * class Account {
 *   @Get() @AllowIf(({ claims }) => claims['email_verified'] === true || 'not verified') show() {}
 * }
 */
export function AllowIf(condition: Condition): RuleDecorator {
  return declare({ conditions: [condition] });
}

/**
 * Allows `ANONYMOUS` tokens, which must satisfy the other rules of the method and of its class. Without another rule, it
 * allows every valid token.
 *
 * @example
 * @Controller('catalog')
 * class Catalog {
 *   @Get() @AllowAnonymous() list() {}
 * }
 */
export function AllowAnonymous(): RuleDecorator {
  return declare({ anonymous: true });
}

/**
 * Allows a request without a token, as `PUBLIC_PRINCIPAL`. A token must be valid and satisfy the other rules beside it.
 *
 * @example
 * @Controller('news')
 * class News {
 *   @Get() @Optional() list() {}
 * }
 */
export function Optional(): RuleDecorator {
  return declare({ optional: true });
}

/**
 * Requires no token, and ignores tokens. It cannot be combined with another rule of the method or of its class.
 *
 * On a gateway, a resolver or a handler of messages, it states that Mandate does not guard it.
 *
 * @example
 * @Controller('health')
 * class Health {
 *   @Get() @Public() show() {}
 * }
 */
export function Public(): RuleDecorator {
  return declare({ public: true });
}

/** @throws TypeError if the part is invalid. */
function declare(part: Declared): RuleDecorator {
  checkPart(part);
  return (target: object, key?: unknown, descriptor?: unknown) => {
    const { subject, name } = toSubject(target, key, descriptor);
    const isFirst = getDeclared(subject) === undefined;
    addDeclared(subject, name, part);
    if (part.public || !isFirst) return;
    const args = [target, key, descriptor] as Parameters<MethodDecorator>;
    UseGuards(AppliedRule)(...args);
  };
}

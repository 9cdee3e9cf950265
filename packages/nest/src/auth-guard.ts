import { type CompiledRule, PUBLIC_PRINCIPAL } from '@mandate/core';
import { conclude, DenialError, GUARDED_REQUEST } from '@mandate/core/adapter';
import { isPromise } from '@mandate/internal/maybe-promise';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { DenialException } from './denial-exception.js';
import { compileEffectiveRule, type EffectiveRule } from './effective-rule.js';
import type { MandateSettings } from './module-options.js';
import {
  ExpressNestRequest,
  FastifyNestRequest,
  type NestRequest,
  type Passed,
} from './nest-request.js';
import type { PlatformRequest } from './platform-request.js';

const OPTIONAL = { optional: true };

/** The guard of every handler: decides by the decorators of the method and of its class. */
export class AuthGuard implements CanActivate {
  readonly #settings: MandateSettings;
  readonly #host: HttpAdapterHost;
  readonly #rules = new WeakMap<object, WeakMap<object, EffectiveRule>>();

  constructor(settings: MandateSettings, host: HttpAdapterHost) {
    this.#settings = settings;
    this.#host = host;
  }

  /**
   * @throws TypeError if the request is not one of HTTP and its handler is not public.
   * @throws DenialException with `denials: 'throw'`, if the request is rejected.
   */
  canActivate(context: ExecutionContext): Passed {
    const rule = this.#getRule(context.getClass(), context.getHandler());
    if (context.getType() !== 'http') return this.#passPublic(rule, context.getType());
    const http = context.switchToHttp();
    const request = this.#createRequest(http.getRequest(), http.getResponse());
    let passed: Passed;
    try {
      passed = this.#decide(request, rule);
    } catch (error) {
      throw toException(error, request);
    }
    if (!isPromise(passed)) return passed;
    return passed.catch((error: unknown) => {
      throw toException(error, request);
    });
  }

  #passPublic(rule: EffectiveRule, type: string): boolean {
    if (rule === 'public') return true;
    throw new TypeError(`MandateModule does not guard requests of the type "${type}"`);
  }

  #getRule(controller: object, method: object): EffectiveRule {
    let rules = this.#rules.get(method);
    if (rules === undefined) {
      rules = new WeakMap();
      this.#rules.set(method, rules);
    }
    if (rules.has(controller)) return rules.get(controller);
    const rule = compileEffectiveRule(controller, method);
    rules.set(controller, rule);
    return rule;
  }

  #createRequest(request: PlatformRequest, response: unknown): NestRequest {
    const isFastify = this.#host.httpAdapter.getType() === 'fastify';
    const NestRequestOfPlatform = isFastify ? FastifyNestRequest : ExpressNestRequest;
    const own = new NestRequestOfPlatform(request, response, this.#settings);
    (request as { [GUARDED_REQUEST]?: unknown })[GUARDED_REQUEST] = own;
    return own;
  }

  #decide(request: NestRequest, rule: EffectiveRule): Passed {
    if (rule === 'public') {
      request.principal = PUBLIC_PRINCIPAL;
      request.attach(PUBLIC_PRINCIPAL);
      return true;
    }
    const { guard } = this.#settings;
    const decision = guard.authenticate(request, rule?.optional === true ? OPTIONAL : undefined);
    return conclude(decision, request, () => this.#authorize(request, rule));
  }

  #authorize(request: NestRequest, rule: CompiledRule | undefined): Passed {
    const { principal } = request;
    if (principal === undefined) throw new TypeError('the guard did not allow this request');
    // Until the rule has allowed the request, nothing may take it for an allowed one.
    request.principal = undefined;
    const decision = this.#settings.guard.authorize(principal, request, rule);
    return conclude(decision, request, () => true);
  }
}

/** Hides an unexpected error in the cause, because exception filters may send its message and status to the caller. */
function toException(error: unknown, request: NestRequest): Error {
  if (!(error instanceof DenialError)) return new Error('The guard failed', { cause: error });
  const exception = new DenialException(error);
  request.prepare(exception);
  return exception;
}

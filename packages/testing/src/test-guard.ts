import { AsyncLocalStorage } from 'node:async_hooks';
import {
  AuthError,
  type AuthenticateOptions,
  type AuthRequest,
  type CompiledRule,
  createGuard,
  type Decision,
  type EndpointTable,
  type Explanation,
  type Guard,
  type GuardOptions,
  type Principal,
  type TokenFinder,
  type TokenVerifier,
  type VerifierHealth,
} from '@mandate/core';
import { createTokenFinder } from '@mandate/core/token-places';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { checkNotProduction } from './check-not-production.js';
import type { Probe } from './probe.js';

/** The options of `createGuard`. Without `verifiers`, only the principals of tests are let in. */
export interface TestGuardOptions extends Omit<GuardOptions, 'verifiers'> {
  /** Verify the tokens of requests for which the test has set no principal. Default: none. */
  readonly verifiers?: GuardOptions['verifiers'] | undefined;
}

/**
 * A guard that also takes the principal of the test that is running. It is passed to the application in place of its own
 * guard, whose type is `AppGuard`.
 */
export type TestGuard<AppGuard extends Guard<object> = Guard> = AppGuard & TestPrincipal;

/** Lets a test in without a token. */
interface TestPrincipal {
  /**
   * Runs a function during which every request that it causes in this process has the principal. The endpoint's
   * rule, groups, scopes and act-as apply to it as they do to the principal of a token. Tests that run at the
   * same time do not see each other's principal.
   *
   * The principal follows the asynchronous calls of Node.js, so the server must be called by the function, or begin
   * to listen in it, as `supertest` and `createTestClient` do. A server that was listening before answers as to a
   * stranger.
   *
   * @returns what the function returns, or the value of its promise.
   * @throws TypeError if the principal was not made by `principal`, or `NODE_ENV` is `production`.
   */
  as<Result>(principal: Principal, run: () => Result | PromiseLike<Result>): Promise<Result>;
}

/** What the requests of one test have in common. */
export interface TestContext {
  readonly principal: Principal | undefined;
  /** What `describeAccess` learns from the guard. */
  readonly probe?: Probe | undefined;
}

/** By guard, out of reach of applications. */
const contexts = new WeakMap<Guard, AsyncLocalStorage<TestContext>>();

/** Where a test guard finds the test that a request belongs to; `undefined` for other guards. */
export function getContexts(guard: Guard): AsyncLocalStorage<TestContext> | undefined {
  return contexts.get(guard);
}

/**
 * Creates a guard that lets a test in without a token. Any `requireAuth` takes it. The principal never has a form
 * on the wire: no header, cookie or parameter lets a caller in. A request without a principal is decided as by
 * `createGuard`.
 *
 * @throws TypeError if `NODE_ENV` is `production`, here and at each decision, or an option is invalid.
 *
 * @example
 * import { requireAuth } from '@mandate/hono';
 * import { Hono } from 'hono';
 *
 * const guard = createTestGuard({ endpoints: { 'GET /documents/:id': { scopes: ['DOCUMENTS'] } } });
 * const createApp = (own: Guard) => new Hono().use(requireAuth(own));
 * const app = createApp(guard);
 * const reader = principal({ scopes: ['DOCUMENTS'] });
 * const response = await guard.as(reader, () => createTestClient(app).request('/documents/1'));
 */
export function createTestGuard<AppGuard extends Guard<object> = Guard>(
  options: TestGuardOptions = {},
): TestGuard<AppGuard> {
  checkNotProduction('createTestGuard');
  const running = new AsyncLocalStorage<TestContext>();
  const { verifiers = [], token, ...others } = options;
  // A list of places has a method of that name, too.
  if (token !== undefined && (Array.isArray(token) || typeof token?.find !== 'function')) {
    throw new TypeError('createTestGuard: token must be made by createTokenFinder');
  }
  const guard = createGuard({
    ...others,
    token: createContextFinder(running, token ?? createTokenFinder([{ header: 'authorization' }])),
    verifiers: [createContextVerifier(running), ...verifiers],
  });
  // The application's types hold as far as the principals of the tests have its claims.
  const testGuard: Guard<object> & TestPrincipal = new ContextGuard(guard, running);
  return testGuard as TestGuard<AppGuard>;
}

/** Stands for the token of a principal. The verifier below does not compare it, so sending it is of no use. */
const NO_TOKEN = 'principal-of-a-test';

function createContextFinder(
  running: AsyncLocalStorage<TestContext>,
  places: TokenFinder,
): TokenFinder {
  const decide = (token: string | undefined): string | undefined => {
    if (running.getStore()?.principal === undefined) return token;
    if (token === undefined) return NO_TOKEN;
    const reason = 'the test has set a principal, and the request has a token';
    throw new AuthError('credentials_malformed', reason);
  };
  return {
    find(request) {
      const token = places.find(request);
      return isPromise(token) ? token.then(decide) : decide(token);
    },
  };
}

function createContextVerifier(running: AsyncLocalStorage<TestContext>): TokenVerifier {
  return {
    accepts: () => running.getStore()?.principal !== undefined,
    verify: () => running.getStore()?.principal as Principal,
  };
}

class ContextGuard implements TestGuard {
  readonly endpoints: EndpointTable;
  readonly scopes: readonly string[] | undefined;
  readonly resource: Guard['resource'];
  readonly #guard: Guard;
  readonly #running: AsyncLocalStorage<TestContext>;

  constructor(guard: Guard, running: AsyncLocalStorage<TestContext>) {
    this.endpoints = guard.endpoints;
    this.scopes = guard.scopes;
    this.resource = guard.resource;
    this.#guard = guard;
    this.#running = running;
    contexts.set(this, running);
  }

  async as<Result>(principal: Principal, run: () => Result | PromiseLike<Result>): Promise<Result> {
    checkNotProduction('the guard of createTestGuard');
    checkPrincipal(principal);
    // A request of supertest is sent when it is awaited, so that must happen inside.
    return this.#running.run({ principal }, async () => run());
  }

  decide(request: AuthRequest): MaybePromise<Decision> {
    return this.#observe('decide', () => this.#guard.decide(request));
  }

  authenticate(request: AuthRequest, options?: AuthenticateOptions): MaybePromise<Decision> {
    return this.#observe('authenticate', () => this.#guard.authenticate(request, options));
  }

  authorize(
    principal: Principal,
    request: AuthRequest,
    rule: CompiledRule | undefined,
  ): MaybePromise<Decision> {
    return this.#observe('authorize', () => this.#guard.authorize(principal, request, rule));
  }

  permits(
    principal: Principal,
    request: AuthRequest,
    rule: CompiledRule | undefined,
  ): MaybePromise<boolean> {
    checkNotProduction('the guard of createTestGuard');
    return this.#guard.permits(principal, request, rule);
  }

  explain(request: AuthRequest): Promise<Explanation> {
    checkNotProduction('the guard of createTestGuard');
    return this.#guard.explain(request);
  }

  warmUp(): Promise<readonly VerifierHealth[]> {
    return this.#guard.warmUp();
  }

  health(): readonly VerifierHealth[] {
    return this.#guard.health();
  }

  #observe(by: 'decide' | 'authenticate' | 'authorize', decide: () => MaybePromise<Decision>) {
    checkNotProduction('the guard of createTestGuard');
    const probe = this.#running.getStore()?.probe;
    return probe === undefined ? decide() : probe.watch(by, decide);
  }
}

function checkPrincipal(value: Principal): void {
  const isMade = typeof value === 'object' && value !== null && Object.isFrozen(value);
  if (isMade && typeof value.subject === 'string') return;
  throw new TypeError('as: the principal must be made by principal() or a guard');
}

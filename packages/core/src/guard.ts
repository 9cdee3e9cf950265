import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import type { AuthRequest } from './auth-request.js';
import type { Claims } from './claims.js';
import type { Decision } from './decision.js';
import { DecisionRun } from './decision-run.js';
import type { CompiledRule } from './endpoints/endpoint.js';
import type { EndpointTable } from './endpoints/endpoint-table.js';
import { compilePolicy, type GuardOptions } from './guard-options.js';
import { type Note, type Policy, STAGES, type Stage } from './policy.js';
import type { Principal } from './principal.js';
import type { ProtectedResource } from './protected-resource.js';
import type { TokenVerifier, VerifierClaims, VerifierHealth } from './verifier.js';

/** One stage of a decision, as `explain` returns it. */
export interface Explained {
  readonly stage: Stage;
  /** What the stage found. It never contains a token. */
  readonly found: string;
}

export interface Explanation<TokenClaims extends object = Claims> {
  readonly decision: Decision<TokenClaims>;
  /** The stages that were passed, in order. */
  readonly stages: readonly Explained[];
  /** The stage that rejected the request; `undefined` if it was allowed. */
  readonly rejectedBy: Stage | undefined;
}

export interface AuthenticateOptions {
  /** Whether a request may have no token. Default `false`. */
  readonly optional?: boolean | undefined;
}

/**
 * Decides requests by one policy. It keeps no state about a request. `TokenClaims` is the type of the claims of its
 * principals, and `Scope` a scope that its rules may name; `createGuard` infers both.
 */
export interface Guard<TokenClaims extends object = Claims, Scope extends string = string> {
  /**
   * Decides a request by the endpoint map. Returns a plain value unless a stage has to wait, so await only
   * promises.
   * @throws any error of a verifier, `resolveUser`, `groupsOf` or another callback, except `AuthError`. Pass
   * it to the host's error handling, and do not allow the request.
   */
  decide(request: AuthRequest): MaybePromise<Decision<TokenClaims>>;
  /**
   * Decides only who is calling and on whose behalf. `authorize` decides about the endpoint. With `optional`, a
   * request without a token is allowed as `PUBLIC_PRINCIPAL`, which only rules with `optional` allow.
   */
  authenticate(
    request: AuthRequest,
    options?: AuthenticateOptions,
  ): MaybePromise<Decision<TokenClaims>>;
  /** Decides whether an authenticated principal satisfies the rule of a route. Without a rule, it does not. */
  authorize(
    principal: Principal<TokenClaims>,
    request: AuthRequest,
    rule: CompiledRule | undefined,
  ): MaybePromise<Decision<TokenClaims>>;
  /** Whether `authorize` would allow the request, without observers: for lists of what a principal may use. */
  permits(
    principal: Principal<TokenClaims>,
    request: AuthRequest,
    rule: CompiledRule | undefined,
  ): MaybePromise<boolean>;
  /** Decides a request like `decide`, without observers, and returns what each stage found. */
  explain(request: AuthRequest): Promise<Explanation<TokenClaims>>;
  /**
   * Fetches what the verifiers need, such as keys, so that the first requests do not wait. Never rejects:
   * returns `health()`, and a later request fetches what could not be fetched.
   */
  warmUp(): Promise<readonly VerifierHealth[]>;
  /**
   * The state of what the verifiers depend on, for a readiness probe: `stale` still serves, and `unavailable`
   * means that tokens are rejected with 503. It starts refreshes that are due.
   */
  health(): readonly VerifierHealth[];
  /** The entries of the endpoint map. */
  readonly endpoints: EndpointTable;
  /** The option `scopes`. */
  readonly scopes?: readonly Scope[] | undefined;
  /** The option `resource`. */
  readonly resource?: ProtectedResource | undefined;
}

/** The principal of a guard, with its claims: `PrincipalOf<typeof guard>`. */
export type PrincipalOf<OneGuard extends Guard<object>> =
  OneGuard extends Guard<infer TokenClaims> ? Principal<TokenClaims> : never;

/** The scopes that the rules of a guard may name: those that are listed, or else those that its map names. */
type KnownScope<Scope extends string, Named extends Scope> = string extends Scope
  ? [Named] extends [never]
    ? string
    : Named
  : Scope;

/**
 * Creates a guard: the whole policy of an API in one object.
 * @throws TypeError if an option is unknown or invalid. Checked at creation, so that no request fails because
 * of it.
 *
 * @example
 * const keys = createKeySet({ url: 'https://sso.example.com/jwks.json' });
 * const api = { issuer: 'https://sso.example.com/', audience: 'https://api.example.com', keys };
 * const guard = createGuard({
 *   verifiers: [createJwtVerifier(api)],
 *   endpoints: {
 *     'GET /health': 'public',
 *     'POST /search': { scopes: ['SEARCH'] },
 *   },
 * });
 */
export function createGuard<
  const Verifiers extends readonly TokenVerifier<object>[],
  const Scope extends string = string,
  const Named extends Scope = Scope,
>(
  options: GuardOptions<Verifiers, Scope, Named>,
): Guard<VerifierClaims<Verifiers[number]>, KnownScope<Scope, Named>> {
  // Inside, claims have no particular type.
  const guard: Guard<object> = new PolicyGuard(options as unknown as GuardOptions);
  return guard as Guard<VerifierClaims<Verifiers[number]>, KnownScope<Scope, Named>>;
}

class PolicyGuard implements Guard {
  readonly endpoints: EndpointTable;
  readonly scopes: readonly string[] | undefined;
  readonly resource: ProtectedResource | undefined;
  readonly #policy: Policy;

  constructor(options: GuardOptions) {
    this.#policy = compilePolicy(options);
    this.endpoints = this.#policy.endpoints;
    this.scopes = this.#policy.scopes;
    this.resource = this.#policy.resource;
  }

  decide(request: AuthRequest): MaybePromise<Decision> {
    return new DecisionRun(this.#policy, request).decide();
  }

  authenticate(request: AuthRequest, options?: AuthenticateOptions): MaybePromise<Decision> {
    return new DecisionRun(this.#policy, request).authenticate(options?.optional === true);
  }

  authorize(
    principal: Principal,
    request: AuthRequest,
    rule: CompiledRule | undefined,
  ): MaybePromise<Decision> {
    return new DecisionRun(this.#policy, request).authorize(principal, rule);
  }

  permits(
    principal: Principal,
    request: AuthRequest,
    rule: CompiledRule | undefined,
  ): MaybePromise<boolean> {
    const decision = new DecisionRun(this.#policy, request, () => {}).authorize(principal, rule);
    return isPromise(decision) ? decision.then(({ allowed }) => allowed) : decision.allowed;
  }

  async warmUp(): Promise<readonly VerifierHealth[]> {
    await Promise.all(this.#policy.verifiers.map((verifier) => verifier.warmUp?.()));
    return this.health();
  }

  health(): readonly VerifierHealth[] {
    return this.#policy.verifiers.flatMap((verifier) => verifier.health?.() ?? []);
  }

  async explain(request: AuthRequest): Promise<Explanation> {
    const stages: Explained[] = [];
    const note: Note = (stage, found) => stages.push({ stage, found });
    const decision = await new DecisionRun(this.#policy, request, note).decide();
    const rejectedBy = decision.allowed ? undefined : STAGES[decision.error.code];
    return { decision, stages, rejectedBy };
  }
}

import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { type ActAsOptions, compileActAs } from './act-as.js';
import type { AuthRequest } from './auth-request.js';
import { type CredentialsOptions, compileCredentials } from './credentials.js';
import type { Decision, DecisionEvent } from './decision.js';
import { DecisionRun, type Note, type Policy, type Stage } from './decision-run.js';
import { createProblemRenderer, type RenderDenial } from './denial.js';
import type { CompiledRule, EndpointMap } from './endpoints/endpoint.js';
import { EndpointTable } from './endpoints/endpoint-table.js';
import type { Principal } from './principal.js';
import type { NormalizeScope } from './scopes.js';
import type { TokenVerifier } from './verifier.js';

export interface GuardOptions extends CredentialsOptions {
  /** One for each kind of token. The first that accepts a token is the only one that is tried. */
  readonly verifiers: readonly TokenVerifier[];
  /** What each endpoint needs. What is not in it is denied; without a map, that is everything. */
  readonly endpoints?: EndpointMap | undefined;
  /** How a `GLOBAL` token names the user it acts as. */
  readonly actAs?: ActAsOptions | undefined;
  /** Makes two spellings of a scope equal. Default: scopes are compared to the letter. */
  readonly normalizeScope?: NormalizeScope | undefined;
  /**
   * Whether a token that does not expire is refused with `token_invalid`. Default `false`: issued tokens may
   * have no end, and a verifier of yours may not know it.
   */
  readonly requireExpiry?: boolean | undefined;
  /** The `realm` of challenges (RFC 9110 §11.5). Default: none. */
  readonly realm?: string | undefined;
  /** Makes the answer to a refused request. Default: `application/problem+json` (RFC 9457). */
  readonly renderDenial?: RenderDenial | undefined;
  /** Called with every decision, before it takes effect. What it throws or rejects with is ignored. */
  readonly onDecision?: ((event: DecisionEvent) => void) | undefined;
  /** The clock for expiry, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** One stage of a decision, as `explain` tells it. */
export interface Explained {
  readonly stage: Stage;
  /** What the stage found. It never holds a token. */
  readonly found: string;
}

export interface Explanation {
  readonly decision: Decision;
  /** The stages that were passed, in order; a refusal fell in the one after the last. */
  readonly stages: readonly Explained[];
}

/** Decides requests by one policy. It keeps nothing about a request. */
export interface Guard {
  /**
   * Decides a request by the endpoint map. It answers without a promise when it can, which is the
   * usual case: do not await a value that is none.
   * @throws whatever a verifier, `resolveUser`, `groupsOf` or another function of yours throws that is
   * no `AuthError`: hand it to the host's error handling, and do not let the request through.
   */
  decide(request: AuthRequest): MaybePromise<Decision>;
  /** Decides only who is calling and on whose behalf; the endpoint is left to `authorize`. */
  authenticate(request: AuthRequest): MaybePromise<Decision>;
  /** Decides whether an authenticated principal may do what a route's own rule describes. */
  authorize(principal: Principal, request: AuthRequest, rule: CompiledRule): MaybePromise<Decision>;
  /** Decides a request like `decide`, without observers, and tells what each stage found. */
  explain(request: AuthRequest): Promise<Explanation>;
  /** The entries of the endpoint map. */
  readonly endpoints: EndpointTable;
}

/**
 * Makes a guard: the whole policy of an API in one object.
 * @throws TypeError if an option cannot be meant. A guard that could be made decides every request.
 */
export function createGuard(options: GuardOptions): Guard {
  return new PolicyGuard(options);
}

const OPTIONS: OptionNames<GuardOptions> = {
  verifiers: true,
  endpoints: true,
  actAs: true,
  maxTokenLength: true,
  readToken: true,
  normalizeScope: true,
  requireExpiry: true,
  realm: true,
  renderDenial: true,
  onDecision: true,
  now: true,
};

class PolicyGuard implements Guard {
  readonly endpoints: EndpointTable;
  readonly #policy: Policy;

  constructor(options: GuardOptions) {
    checkOptions<GuardOptions>('createGuard', options, OPTIONS);
    const { verifiers, actAs, realm, normalizeScope, requireExpiry = false } = options;
    if (!Array.isArray(verifiers) || verifiers.length === 0) {
      throw new TypeError('createGuard: verifiers must name at least one verifier');
    }
    if (!verifiers.every(isVerifier)) {
      throw new TypeError('createGuard: verifiers must be made by createJwtVerifier or the like');
    }
    checkFunctions('createGuard', options, [
      'readToken',
      'normalizeScope',
      'renderDenial',
      'onDecision',
      'now',
    ]);
    if (typeof requireExpiry !== 'boolean') {
      throw new TypeError('createGuard: requireExpiry must be true or false');
    }
    this.endpoints = new EndpointTable(options.endpoints ?? {});
    this.#policy = {
      credentials: compileCredentials(options),
      verifiers: [...verifiers],
      actAs: compileActAs(actAs),
      endpoints: this.endpoints,
      normalizeScope,
      requireExpiry,
      renderDenial: options.renderDenial ?? createProblemRenderer(realm),
      onDecision: options.onDecision,
      now: options.now ?? Date.now,
    };
  }

  decide(request: AuthRequest): MaybePromise<Decision> {
    return new DecisionRun(this.#policy, request).decide();
  }

  authenticate(request: AuthRequest): MaybePromise<Decision> {
    return new DecisionRun(this.#policy, request).authenticate();
  }

  authorize(
    principal: Principal,
    request: AuthRequest,
    rule: CompiledRule,
  ): MaybePromise<Decision> {
    return new DecisionRun(this.#policy, request).authorize(principal, rule);
  }

  async explain(request: AuthRequest): Promise<Explanation> {
    const stages: Explained[] = [];
    const note: Note = (stage, found) => stages.push({ stage, found });
    const decision = await new DecisionRun(this.#policy, request, note).decide();
    return { decision, stages };
  }
}

/** Whether it looks like a verifier. Otherwise the description of an issuer would fail at the first token. */
function isVerifier(value: Partial<TokenVerifier> | undefined): boolean {
  return typeof value?.accepts === 'function' && typeof value.verify === 'function';
}

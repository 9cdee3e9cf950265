import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { type ActAsOptions, compileActAs } from './act-as.js';
import type { AuthRequest } from './auth-request.js';
import { type CredentialsOptions, compileCredentials } from './credentials.js';
import type { Decision, DecisionEvent } from './decision.js';
import { DecisionRun } from './decision-run.js';
import { createDenialWriter, type RenderDenial } from './denial.js';
import type { CompiledRule, EndpointMap } from './endpoints/endpoint.js';
import { EndpointTable } from './endpoints/endpoint-table.js';
import { type Note, type Policy, STAGES, type Stage } from './policy.js';
import type { Principal } from './principal.js';
import type { NormalizeScope } from './scopes.js';
import type { TokenVerifier, VerifierHealth } from './verifier.js';

export interface GuardOptions extends CredentialsOptions {
  /** One verifier per kind of token. Only the first that accepts a token verifies it. */
  readonly verifiers: readonly TokenVerifier[];
  /** The rule of each endpoint. Endpoints that it does not name are denied; without a map, all of them. */
  readonly endpoints?: EndpointMap | undefined;
  /** How a request with a `GLOBAL` token names the user that the token acts as. */
  readonly actAs?: ActAsOptions | undefined;
  /** Maps equivalent spellings of a scope to one. Default: scopes are compared exactly. */
  readonly normalizeScope?: NormalizeScope | undefined;
  /**
   * Whether a token that does not expire is rejected with `token_invalid`. Default `false`, because issued
   * tokens may have no expiry, and a verifier of your own may not know it.
   */
  readonly requireExpiry?: boolean | undefined;
  /** The `realm` of challenges (RFC 9110 §11.5). Default: none. */
  readonly realm?: string | undefined;
  /** Changes the answer to a rejected request. Default: `application/problem+json` (RFC 9457). */
  readonly renderDenial?: RenderDenial | undefined;
  /** Called with each decision before it takes effect. Its errors and rejections are ignored. */
  readonly onDecision?: ((event: DecisionEvent) => void) | undefined;
  /**
   * Returns the id of a request for `onDecision`, such as the one that your proxy sets. `'traceparent'` takes
   * the trace id of W3C Trace Context. Default: none.
   */
  readonly requestId?: 'traceparent' | ((request: AuthRequest) => string | undefined) | undefined;
  /** The clock for expiry, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** One stage of a decision, as `explain` returns it. */
export interface Explained {
  readonly stage: Stage;
  /** What the stage found. It never contains a token. */
  readonly found: string;
}

export interface Explanation {
  readonly decision: Decision;
  /** The stages that were passed, in order. */
  readonly stages: readonly Explained[];
  /** The stage that rejected the request; `undefined` if it was allowed. */
  readonly rejectedBy: Stage | undefined;
}

export interface AuthenticateOptions {
  /** Whether a request may have no token. Default `false`. */
  readonly optional?: boolean | undefined;
}

/** Decides requests by one policy. It keeps no state about a request. */
export interface Guard {
  /**
   * Decides a request by the endpoint map. Returns a plain value unless a stage has to wait, so await only
   * promises.
   * @throws any error of a verifier, `resolveUser`, `groupsOf` or another callback, except `AuthError`. Pass
   * it to the host's error handling, and do not allow the request.
   */
  decide(request: AuthRequest): MaybePromise<Decision>;
  /**
   * Decides only who is calling and on whose behalf. `authorize` decides about the endpoint. With `optional`, a
   * request without a token is allowed as `PUBLIC_PRINCIPAL`, which only rules with `optional` allow.
   */
  authenticate(request: AuthRequest, options?: AuthenticateOptions): MaybePromise<Decision>;
  /** Decides whether an authenticated principal satisfies the rule of a route. */
  authorize(principal: Principal, request: AuthRequest, rule: CompiledRule): MaybePromise<Decision>;
  /** Decides a request like `decide`, without observers, and returns what each stage found. */
  explain(request: AuthRequest): Promise<Explanation>;
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
}

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
export function createGuard(options: GuardOptions): Guard {
  return new PolicyGuard(options);
}

const OPTIONS: OptionNames<GuardOptions> = {
  verifiers: true,
  endpoints: true,
  actAs: true,
  maxTokenLength: true,
  token: true,
  normalizeScope: true,
  requireExpiry: true,
  realm: true,
  renderDenial: true,
  onDecision: true,
  requestId: true,
  now: true,
};

class PolicyGuard implements Guard {
  readonly endpoints: EndpointTable;
  readonly #policy: Policy;

  constructor(options: GuardOptions) {
    checkOptions<GuardOptions>('createGuard', options, OPTIONS);
    const { verifiers, actAs, realm, normalizeScope, requireExpiry = false } = options;
    if (!Array.isArray(verifiers) || verifiers.length === 0) {
      throw new TypeError('createGuard: verifiers must be a list with at least one verifier');
    }
    if (!verifiers.every(isVerifier)) {
      throw new TypeError(
        'createGuard: verifiers must be TokenVerifiers, such as one of createJwtVerifier',
      );
    }
    checkFunctions('createGuard', options, ['normalizeScope', 'renderDenial', 'onDecision', 'now']);
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
      writeDenial: createDenialWriter(realm, options.renderDenial),
      onDecision: options.onDecision,
      requestId: compileRequestId(options.requestId),
      now: options.now ?? Date.now,
    };
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
    rule: CompiledRule,
  ): MaybePromise<Decision> {
    return new DecisionRun(this.#policy, request).authorize(principal, rule);
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

/** Checked at creation, because an issuer instead of a verifier would otherwise fail at the first token. */
function isVerifier(value: Partial<TokenVerifier> | undefined): boolean {
  return typeof value?.accepts === 'function' && typeof value.verify === 'function';
}

/** `version-traceid-parentid-flags`, https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACE_PARENT = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/;

function compileRequestId(requestId: GuardOptions['requestId']): Policy['requestId'] {
  if (requestId === undefined || typeof requestId === 'function') return requestId;
  if (requestId !== 'traceparent') {
    throw new TypeError("createGuard: requestId must be 'traceparent' or a function");
  }
  return (request) => TRACE_PARENT.exec(request.header('traceparent') ?? '')?.[1];
}

import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { notify } from '@mandate/internal/notify';
import { type ActAsOptions, compileActAs } from './act-as.js';
import { type AuthError, type AuthErrorCode, isAuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import { type CredentialsOptions, compileCredentials } from './credentials.js';
import { createProblemRenderer, type Denial, type RenderDenial } from './denial.js';
import type { CompiledRule, EndpointMap } from './endpoints/endpoint.js';
import { EndpointTable } from './endpoints/endpoint-table.js';
import { type Note, Passage, type Policy, type Stage } from './passage.js';
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

/** The answer to "may this request go on, and as whom". */
export type Decision = Allowed | Denied;

export interface Allowed {
  readonly allowed: true;
  readonly principal: Principal;
}

export interface Denied {
  readonly allowed: false;
  readonly error: AuthError;
  /** The answer to send. */
  readonly denial: Denial;
}

/** What was decided and on what grounds, for audit and metrics. It never holds a token. */
export interface DecisionEvent {
  /** The method of the guard that decided. With rules at routes there are two decisions a request. */
  readonly by: 'decide' | 'authenticate' | 'authorize';
  readonly allowed: boolean;
  /** `'allowed'`, or why not. */
  readonly code: 'allowed' | AuthErrorCode;
  /** More about why not, for logs. It quotes nothing of the token. */
  readonly reason: string | undefined;
  readonly method: string;
  readonly path: string;
  /** The key of the endpoint's entry in the map; absent if none matched, or routes decide. */
  readonly rule: string | undefined;
  /** Of the principal, as far as it was known when the decision fell. */
  readonly subject: string | undefined;
  readonly actor: string | undefined;
  readonly issuer: string | undefined;
  readonly tokenId: string | undefined;
  readonly durationMs: number;
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

type Method = DecisionEvent['by'] | 'explain';

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
  readonly #renderDenial: RenderDenial;
  readonly #onDecision: GuardOptions['onDecision'];

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
      now: options.now ?? Date.now,
    };
    this.#renderDenial = options.renderDenial ?? createProblemRenderer(realm);
    this.#onDecision = options.onDecision;
  }

  decide(request: AuthRequest): MaybePromise<Decision> {
    return this.#conclude('decide', new Passage(this.#policy, request));
  }

  authenticate(request: AuthRequest): MaybePromise<Decision> {
    return this.#conclude('authenticate', new Passage(this.#policy, request));
  }

  authorize(
    principal: Principal,
    request: AuthRequest,
    rule: CompiledRule,
  ): MaybePromise<Decision> {
    const passage = new Passage(this.#policy, request);
    passage.principal = principal;
    return this.#conclude('authorize', passage, rule);
  }

  async explain(request: AuthRequest): Promise<Explanation> {
    const stages: Explained[] = [];
    const note: Note = (stage, found) => stages.push({ stage, found });
    const decision = await this.#conclude('explain', new Passage(this.#policy, request, note));
    return { decision, stages };
  }

  /** The only `try`: a refusal becomes a decision, and every other fault is thrown on. */
  #conclude(by: Method, passage: Passage, rule?: CompiledRule): MaybePromise<Decision> {
    const startedAtMs = this.#onDecision === undefined ? 0 : performance.now();
    try {
      const principal = run(by, passage, rule);
      return isPromise(principal)
        ? this.#concludeLater(by, passage, principal, startedAtMs)
        : this.#allow(by, passage, principal, startedAtMs);
    } catch (error) {
      return this.#deny(by, passage, error, startedAtMs);
    }
  }

  #concludeLater(
    by: Method,
    passage: Passage,
    principal: Promise<Principal>,
    startedAtMs: number,
  ): Promise<Decision> {
    return principal.then(
      (found) => this.#allow(by, passage, found, startedAtMs),
      (error: unknown) => this.#deny(by, passage, error, startedAtMs),
    );
  }

  #allow(by: Method, passage: Passage, principal: Principal, startedAtMs: number): Decision {
    passage.principal = principal;
    this.#observe(by, passage, undefined, startedAtMs);
    return { allowed: true, principal };
  }

  #deny(by: Method, passage: Passage, error: unknown, startedAtMs: number): Decision {
    if (!isAuthError(error)) throw error;
    this.#observe(by, passage, error, startedAtMs);
    return { allowed: false, error, denial: this.#renderDenial(error) };
  }

  #observe(by: Method, passage: Passage, error: AuthError | undefined, startedAtMs: number): void {
    if (by === 'explain' || this.#onDecision === undefined) return;
    const { request, rule, principal } = passage;
    notify(this.#onDecision, {
      by,
      allowed: error === undefined,
      code: error?.code ?? 'allowed',
      reason: error?.message,
      method: request.method,
      path: request.path,
      rule,
      subject: principal?.subject,
      actor: principal?.actor?.subject,
      issuer: principal?.issuer,
      tokenId: principal?.tokenId,
      durationMs: performance.now() - startedAtMs,
    });
  }
}

/** The description of an issuer, say, is none, and would fail at the first token only. */
function isVerifier(value: Partial<TokenVerifier> | undefined): boolean {
  return typeof value?.accepts === 'function' && typeof value.verify === 'function';
}

function run(
  by: Method,
  passage: Passage,
  rule: CompiledRule | undefined,
): MaybePromise<Principal> {
  if (by === 'authenticate') return passage.authenticate();
  if (by === 'authorize') return passage.authorize(passage.principal as Principal, rule);
  return passage.admit();
}

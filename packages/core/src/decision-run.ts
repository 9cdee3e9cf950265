import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { notify } from '@mandate/internal/notify';
import { applyActAs } from './act-as.js';
import { AuthError, isAuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import { checkRule } from './check-rule.js';
import { BearerCredentials } from './credentials.js';
import type { Decision, DecisionEvent } from './decision.js';
import { buildDecisionEvent } from './decision-event.js';
import type { CompiledRule } from './endpoints/endpoint.js';
import { checkRoutePath } from './endpoints/request-path.js';
import { getSufficientScopes } from './endpoints/sufficient-scopes.js';
import { findCredentials } from './find-credentials.js';
import type { Note, Policy } from './policy.js';
import { checkExpiry, checkPrincipal, type Principal, PUBLIC_PRINCIPAL } from './principal.js';
import { selectVerifier } from './verifier.js';

/**
 * One decision about one request, in a straight line:
 *
 * endpoint → credentials → verifier → act-as → group → scopes → authentication → condition
 *
 * A stage returns or throws. All stages are synchronous unless one has to wait; then a method named
 * `…Later` runs the rest of the line. These are methods, because a closure costs an allocation for each request, also
 * where nothing waits. The public members hold what is known so far.
 */
export class DecisionRun {
  readonly request: AuthRequest;
  /** The guard's clock in Unix milliseconds. It is read once, because a reading costs time. */
  nowMs = 0;
  readonly policy: Policy;
  readonly note: Note | undefined;
  readonly startedAtMs: number;
  by: DecisionEvent['by'] = 'decide';
  ruleName: string | undefined = undefined;
  rule: CompiledRule | 'public' | undefined = undefined;
  credentials: BearerCredentials | undefined = undefined;
  principal: Principal | undefined = undefined;

  /** @param note replaces the observer. Such a run decides for `explain`. */
  constructor(policy: Policy, request: AuthRequest, note?: Note) {
    this.request = request;
    this.policy = policy;
    this.note = note;
    this.startedAtMs = policy.onDecision === undefined ? 0 : performance.now();
  }

  /** Runs all stages, by the endpoint map. */
  decide(): MaybePromise<Decision> {
    try {
      const rule = this.#findRule();
      if (rule === 'public') return this.#allow(PUBLIC_PRINCIPAL);
      const holder = this.#verify(rule?.optional === true);
      return isPromise(holder) ? this.#decideLater(holder, rule) : this.#applyRuleTo(holder, rule);
    } catch (error) {
      return this.#deny(error);
    }
  }

  /** Runs the stages up to act-as: who is calling, and on whose behalf. */
  authenticate(isOptional: boolean): MaybePromise<Decision> {
    this.by = 'authenticate';
    try {
      checkRoutePath(this.request);
      const holder = this.#verify(isOptional);
      return isPromise(holder) ? this.#admitLater(holder) : this.#admit(holder);
    } catch (error) {
      return this.#deny(error);
    }
  }

  /** Runs the stages after act-as, by the rule of a route. */
  authorize(principal: Principal, rule: CompiledRule | undefined): MaybePromise<Decision> {
    this.by = 'authorize';
    this.rule = rule;
    try {
      return this.#applyRule(principal, rule);
    } catch (error) {
      return this.#deny(error);
    }
  }

  #findRule(): CompiledRule | 'public' | undefined {
    const endpoint = this.policy.endpoints.match(this.request);
    this.ruleName = endpoint?.name;
    this.note?.('endpoint', endpoint?.name ?? 'not mapped');
    this.rule = endpoint?.rule;
    return this.rule;
  }

  /** Verifies the token and returns its holder. */
  #verify(isOptional: boolean): MaybePromise<Principal> {
    const { credentials: rules, now } = this.policy;
    this.nowMs = now();
    const credentials = findCredentials(this, rules);
    // Cheaper than looking up `then` on every object.
    if (credentials instanceof BearerCredentials) return this.#verifyBy(credentials);
    return isPromise(credentials)
      ? this.#verifyLater(credentials, isOptional)
      : this.#verifyFound(credentials, isOptional);
  }

  async #verifyLater(
    credentials: Promise<BearerCredentials | undefined>,
    isOptional: boolean,
  ): Promise<Principal> {
    return this.#verifyFound(await credentials, isOptional);
  }

  #verifyFound(
    credentials: BearerCredentials | undefined,
    isOptional: boolean,
  ): MaybePromise<Principal> {
    if (credentials !== undefined) return this.#verifyBy(credentials);
    if (!isOptional) throw new AuthError('credentials_missing', 'no bearer token');
    this.note?.('credentials', 'no bearer token, which is optional here');
    return PUBLIC_PRINCIPAL;
  }

  #verifyBy(credentials: BearerCredentials): MaybePromise<Principal> {
    const { verifiers } = this.policy;
    this.credentials = credentials;
    this.note?.('credentials', `a bearer token of ${credentials.length} characters`);
    const verifier = selectVerifier(verifiers, credentials);
    const position = this.note && verifiers.indexOf(verifier) + 1;
    this.note?.('verifier', `verifier ${position} of ${verifiers.length} accepts it`);
    return verifier.verify(credentials);
  }

  /** Reads the clock again, so that everything that depends on time is checked again. */
  #afterWait(holder: Principal): Principal {
    this.nowMs = this.policy.now();
    if (this.credentials !== undefined) this.credentials.checkedPrincipal = undefined;
    return holder;
  }

  #admit(holder: Principal): MaybePromise<Decision> {
    const principal = this.#act(holder);
    return isPromise(principal) ? this.#allowLater(principal) : this.#allow(principal);
  }

  async #admitLater(holder: Promise<Principal>): Promise<Decision> {
    try {
      return this.#admit(this.#afterWait(await holder));
    } catch (error) {
      return this.#deny(error);
    }
  }

  async #allowLater(principal: Promise<Principal>): Promise<Decision> {
    try {
      return this.#allow(await principal);
    } catch (error) {
      return this.#deny(error);
    }
  }

  async #decideLater(
    holder: Promise<Principal>,
    rule: CompiledRule | undefined,
  ): Promise<Decision> {
    try {
      return this.#applyRuleTo(this.#afterWait(await holder), rule);
    } catch (error) {
      return this.#deny(error);
    }
  }

  #applyRuleTo(holder: Principal, rule: CompiledRule | undefined): MaybePromise<Decision> {
    const principal = this.#act(holder);
    return isPromise(principal)
      ? this.#applyRuleLater(principal, rule)
      : this.#applyRule(principal, rule);
  }

  async #applyRuleLater(
    principal: Promise<Principal>,
    rule: CompiledRule | undefined,
  ): Promise<Decision> {
    try {
      return this.#applyRule(await principal, rule);
    } catch (error) {
      return this.#deny(error);
    }
  }

  #act(holder: Principal): MaybePromise<Principal> {
    if (holder === undefined || this.credentials?.checkedPrincipal !== holder) {
      checkPrincipal(holder);
      this.principal = holder;
      // Without a token, nothing can expire.
      if (holder !== PUBLIC_PRINCIPAL) {
        checkExpiry(holder.expiresAt, this.nowMs, this.policy.requireExpiry);
      }
    }
    this.principal = holder;
    this.note?.(
      'verifier',
      `${holder.permission} token ${holder.tokenId ?? '(without an id)'} of ${holder.subject}`,
    );
    const principal = applyActAs(holder, this.request, this.policy.actAs);
    if (this.note !== undefined && !isPromise(principal)) {
      this.note('act-as', `the request is for ${principal.subject}`);
    }
    return principal;
  }

  #applyRule(principal: Principal, rule: CompiledRule | undefined): MaybePromise<Decision> {
    this.principal = principal;
    const checked = checkRule(principal, rule, this);
    return checked === undefined
      ? this.#allow(principal)
      : this.#allowCheckedLater(checked, principal);
  }

  async #allowCheckedLater(checked: Promise<void>, principal: Principal): Promise<Decision> {
    try {
      await checked;
      return this.#allow(principal);
    } catch (error) {
      return this.#deny(error);
    }
  }

  #allow(principal: Principal): Decision {
    this.principal = principal;
    // Methods of their own, because this one must stay small enough to be inlined.
    if (this.request.keepCredentials !== undefined) this.#keepCredentials();
    if (this.policy.onDecision !== undefined) this.#observe(undefined);
    return { allowed: true, principal };
  }

  #keepCredentials(): void {
    if (this.credentials === undefined || this.note !== undefined) return;
    this.request.keepCredentials?.(this.credentials);
  }

  /** Converts a refusal to a decision. Every other error is thrown again, for the host's error handling. */
  #deny(error: unknown): Decision {
    if (!isAuthError(error)) throw error;
    this.#observe(error);
    if (error.code === 'verifier_unavailable' && this.note === undefined) {
      this.policy.onUnavailable?.(error);
    }
    const { resource } = this.policy;
    const denial = this.policy.writeDenial(error, this.request);
    return {
      allowed: false,
      error,
      denial: resource?.completeDenial(denial, getSufficientScopes(this.rule)) ?? denial,
    };
  }

  #observe(error: AuthError | undefined): void {
    const { onDecision } = this.policy;
    if (onDecision === undefined || this.note !== undefined) return;
    notify(onDecision, buildDecisionEvent(this, error));
  }
}

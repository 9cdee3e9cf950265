import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { notify } from '@mandate/internal/notify';
import { applyActAs } from './act-as.js';
import { checkCondition } from './allow-if.js';
import { AuthError, isAuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import { BearerCredentials, findCredentials } from './credentials.js';
import type { Decision, DecisionEvent } from './decision.js';
import type { CompiledRule } from './endpoints/endpoint.js';
import { checkRoutePath } from './endpoints/request-path.js';
import { checkGroup } from './groups.js';
import type { Note, Policy } from './policy.js';
import { checkExpiry, checkPrincipal, type Principal, PUBLIC_PRINCIPAL } from './principal.js';
import { toRefusalDetails } from './refusal-details.js';
import { checkScopes } from './scopes.js';
import { selectVerifier } from './verifier.js';

/**
 * One decision about one request, in a straight line:
 *
 * endpoint → credentials → verifier → act-as → group → scopes → condition
 *
 * A stage returns or throws. All stages are synchronous unless one has to wait; then `#continue` runs the
 * rest of the line. `#ruleName` and `#principal` hold what is known so far, for observers.
 */
export class DecisionRun {
  readonly request: AuthRequest;
  /** The guard's clock in Unix milliseconds. It is read once, because a reading costs time. */
  nowMs = 0;
  readonly #policy: Policy;
  readonly #note: Note | undefined;
  readonly #startedAtMs: number;
  #by: DecisionEvent['by'] = 'decide';
  #ruleName: string | undefined = undefined;
  #credentials: BearerCredentials | undefined = undefined;
  #principal: Principal | undefined = undefined;

  /** @param note replaces the observer. Such a run decides for `explain`. */
  constructor(policy: Policy, request: AuthRequest, note?: Note) {
    this.request = request;
    this.#policy = policy;
    this.#note = note;
    this.#startedAtMs = policy.onDecision === undefined ? 0 : performance.now();
  }

  /** Runs all stages, by the endpoint map. */
  decide(): MaybePromise<Decision> {
    try {
      const rule = this.#findRule();
      if (rule === 'public') return this.#allow(PUBLIC_PRINCIPAL);
      const holder = this.#verify(rule?.optional === true);
      return isPromise(holder)
        ? this.#continue(holder, (found) => this.#applyRuleTo(this.#afterWait(found), rule))
        : this.#applyRuleTo(holder, rule);
    } catch (error) {
      return this.#deny(error);
    }
  }

  /** Runs the stages up to act-as: who is calling, and on whose behalf. */
  authenticate(isOptional: boolean): MaybePromise<Decision> {
    this.#by = 'authenticate';
    try {
      checkRoutePath(this.request);
      const holder = this.#verify(isOptional);
      return isPromise(holder)
        ? this.#continue(holder, (found) => this.#admit(this.#afterWait(found)))
        : this.#admit(holder);
    } catch (error) {
      return this.#deny(error);
    }
  }

  /** Runs the stages after act-as, by the rule of a route. */
  authorize(principal: Principal, rule: CompiledRule): MaybePromise<Decision> {
    this.#by = 'authorize';
    try {
      return this.#applyRule(principal, rule);
    } catch (error) {
      return this.#deny(error);
    }
  }

  /** Runs the rest of the line after a stage that had to wait. */
  async #continue<Found>(
    found: Promise<Found>,
    next: (found: Found) => MaybePromise<Decision>,
  ): Promise<Decision> {
    try {
      return next(await found);
    } catch (error) {
      return this.#deny(error);
    }
  }

  #findRule(): CompiledRule | 'public' | undefined {
    const endpoint = this.#policy.endpoints.match(this.request);
    this.#ruleName = endpoint?.name;
    this.#note?.('endpoint', endpoint?.name ?? 'not mapped');
    return endpoint?.rule;
  }

  /** Verifies the token and returns its holder. */
  #verify(isOptional: boolean): MaybePromise<Principal> {
    const { credentials: rules, now } = this.#policy;
    this.nowMs = now();
    const credentials = findCredentials(this, rules);
    // Cheaper than looking up `then` on every object.
    if (credentials instanceof BearerCredentials) return this.#verifyBy(credentials);
    return isPromise(credentials)
      ? credentials.then((found) => this.#verifyFound(found, isOptional))
      : this.#verifyFound(credentials, isOptional);
  }

  #verifyFound(
    credentials: BearerCredentials | undefined,
    isOptional: boolean,
  ): MaybePromise<Principal> {
    if (credentials !== undefined) return this.#verifyBy(credentials);
    if (!isOptional) throw new AuthError('credentials_missing', 'no bearer token');
    this.#note?.('credentials', 'no bearer token, which is optional here');
    return PUBLIC_PRINCIPAL;
  }

  #verifyBy(credentials: BearerCredentials): MaybePromise<Principal> {
    const { verifiers } = this.#policy;
    this.#credentials = credentials;
    this.#note?.('credentials', `a bearer token of ${credentials.length} characters`);
    const verifier = selectVerifier(verifiers, credentials);
    const position = this.#note && verifiers.indexOf(verifier) + 1;
    this.#note?.('verifier', `verifier ${position} of ${verifiers.length} accepts it`);
    return verifier.verify(credentials);
  }

  /**
   * Reads the clock again, and forgets the credentials, so that everything that depends on time is checked
   * again.
   */
  #afterWait(holder: Principal): Principal {
    this.nowMs = this.#policy.now();
    this.#credentials = undefined;
    return holder;
  }

  #admit(holder: Principal): MaybePromise<Decision> {
    const principal = this.#act(holder);
    return isPromise(principal)
      ? this.#continue(principal, (found) => this.#allow(found))
      : this.#allow(principal);
  }

  #applyRuleTo(holder: Principal, rule: CompiledRule | undefined): MaybePromise<Decision> {
    const principal = this.#act(holder);
    return isPromise(principal)
      ? this.#continue(principal, (found) => this.#applyRule(found, rule))
      : this.#applyRule(principal, rule);
  }

  #act(holder: Principal): MaybePromise<Principal> {
    if (holder === undefined || this.#credentials?.checkedPrincipal !== holder) {
      checkPrincipal(holder);
      this.#principal = holder;
      // Without a token, nothing can expire.
      if (holder !== PUBLIC_PRINCIPAL) {
        checkExpiry(holder.expiresAt, this.nowMs, this.#policy.requireExpiry);
      }
    }
    this.#principal = holder;
    this.#note?.(
      'verifier',
      `${holder.permission} token ${holder.tokenId ?? '(without an id)'} of ${holder.subject}`,
    );
    const principal = applyActAs(holder, this.request, this.#policy.actAs);
    if (this.#note !== undefined && !isPromise(principal)) {
      this.#note('act-as', `the request is for ${principal.subject}`);
    }
    return principal;
  }

  /** Whether the principal may do what the rule describes. Without a rule, it may not. */
  #applyRule(principal: Principal, rule: CompiledRule | undefined): MaybePromise<Decision> {
    this.#principal = principal;
    if (rule === undefined) throw new AuthError('endpoint_unmapped', 'no rule maps the endpoint');
    if (principal === PUBLIC_PRINCIPAL) {
      if (rule.optional) return this.#applyCondition(principal, rule);
      throw new AuthError('credentials_missing', 'no bearer token');
    }
    if (principal.permission === 'ANONYMOUS' && !rule.anonymous) {
      throw new AuthError('anonymous_not_allowed', 'the endpoint does not serve ANONYMOUS tokens');
    }
    if (rule.group !== undefined) {
      const checked = checkGroup(principal, this.request, rule.group);
      if (checked !== undefined) {
        return this.#continue(checked, () => this.#applyScopes(principal, rule));
      }
    }
    return this.#applyScopes(principal, rule);
  }

  #applyScopes(principal: Principal, rule: CompiledRule): MaybePromise<Decision> {
    if (rule.group !== undefined) this.#note?.('group', 'the principal is in the group');
    checkScopes(principal, rule.scopes, this.#policy.normalizeScope);
    this.#note?.('scopes', 'the token has the required scopes');
    return this.#applyCondition(principal, rule);
  }

  #applyCondition(principal: Principal, rule: CompiledRule): MaybePromise<Decision> {
    if (rule.allowIf !== undefined) {
      const checked = checkCondition(rule.allowIf, principal, this.request);
      if (checked !== undefined) {
        return this.#continue(checked, () => this.#applyNext(principal, rule));
      }
    }
    return this.#applyNext(principal, rule);
  }

  #applyNext(principal: Principal, rule: CompiledRule): MaybePromise<Decision> {
    if (rule.allowIf !== undefined) this.#note?.('condition', 'the condition holds');
    return rule.also === undefined ? this.#allow(principal) : this.#applyRule(principal, rule.also);
  }

  #allow(principal: Principal): Decision {
    this.#principal = principal;
    this.#observe(undefined);
    return { allowed: true, principal };
  }

  /** Converts a refusal to a decision. Every other error is thrown again, for the host's error handling. */
  #deny(error: unknown): Decision {
    if (!isAuthError(error)) throw error;
    this.#observe(error);
    return { allowed: false, error, denial: this.#policy.writeDenial(error, this.request) };
  }

  #observe(error: AuthError | undefined): void {
    const { onDecision } = this.#policy;
    if (onDecision === undefined || this.#note !== undefined) return;
    const principal = this.#principal;
    notify(onDecision, {
      by: this.#by,
      allowed: error === undefined,
      code: error?.code ?? 'allowed',
      reason: error?.message,
      method: this.request.method,
      path: this.request.path,
      rule: this.#ruleName,
      subject: principal?.subject,
      actor: principal?.actor?.subject,
      issuer: principal?.issuer,
      tokenId: principal?.tokenId,
      requestId: this.#policy.requestId?.(this.request),
      details: error && toRefusalDetails(error, principal, this.#credentials),
      durationMs: performance.now() - this.#startedAtMs,
    });
  }
}

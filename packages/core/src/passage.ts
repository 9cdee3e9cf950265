import { type ActAs, applyActAs } from './act-as.js';
import { AuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import { type Arrival, type CredentialsRules, readCredentials } from './credentials.js';
import type { Needs } from './endpoints/endpoint.js';
import { checkRoutePath, type ScopeMap } from './endpoints/scope-map.js';
import { checkGroup } from './groups.js';
import { isPromise } from './is-promise.js';
import { checkPrincipal, type Principal, PUBLIC_PRINCIPAL } from './principal.js';
import { checkScopes, type NormalizeScope } from './scopes.js';
import { selectVerifier, type TokenVerifier } from './verifier.js';

/** What a guard's options say, made ready. */
export interface Policy {
  readonly credentials: CredentialsRules;
  readonly verifiers: readonly TokenVerifier[];
  readonly actAs: ActAs;
  readonly endpoints: ScopeMap;
  readonly normalizeScope: NormalizeScope | undefined;
  readonly requireExpiry: boolean;
  readonly now: () => number;
}

/** The stages of a decision, in order. */
export type Stage = 'endpoint' | 'credentials' | 'verifier' | 'act-as' | 'group' | 'scopes';

/** Hears what each stage found; never a token. */
export type Note = (stage: Stage, found: string) => void;

/**
 * One request's way through the policy, in a straight line:
 *
 * endpoint → credentials → verifier → act-as → group → scopes
 *
 * A stage returns or throws. All of it is synchronous as long as no stage has to wait; the `…Later`
 * methods are the same line behind a promise. `rule` and `principal` hold how far it came.
 */
export class Passage implements Arrival {
  rule: string | undefined;
  principal: Principal | undefined;
  readonly request: AuthRequest;
  readonly #policy: Policy;
  readonly #note: Note | undefined;
  #nowMs: number | undefined;

  constructor(policy: Policy, request: AuthRequest, note?: Note) {
    this.#policy = policy;
    this.request = request;
    this.#note = note;
  }

  get nowMs(): number {
    this.#nowMs ??= this.#policy.now();
    return this.#nowMs;
  }

  /** The whole line, by the endpoint map. */
  admit(): Principal | Promise<Principal> {
    const endpoint = this.#policy.endpoints.match(this.request);
    this.rule = endpoint?.name;
    this.#note?.('endpoint', endpoint?.name ?? 'not mapped');
    if (endpoint?.needs === 'public') {
      this.principal = PUBLIC_PRINCIPAL;
      return PUBLIC_PRINCIPAL;
    }
    const holder = this.#verify();
    if (isPromise(holder)) return this.#admitLater(holder, endpoint?.needs);
    const principal = this.#act(holder);
    return principal instanceof Promise
      ? this.#authorizeLater(principal, endpoint?.needs)
      : this.authorize(principal, endpoint?.needs);
  }

  /** The line up to act-as: who is calling, and on whose behalf. */
  authenticate(): Principal | Promise<Principal> {
    checkRoutePath(this.request);
    const holder = this.#verify();
    return isPromise(holder) ? this.#actLater(holder) : this.#act(holder);
  }

  /** The rest of the line: whether the principal may do this. */
  authorize(principal: Principal, needs: Needs | undefined): Principal | Promise<Principal> {
    this.principal = principal;
    if (needs === undefined) throw new AuthError('endpoint_unmapped', 'no rule maps the endpoint');
    if (principal.permission === 'ANONYMOUS' && !needs.anonymous) {
      throw new AuthError('anonymous_not_allowed', 'the endpoint does not serve ANONYMOUS tokens');
    }
    if (needs.group !== undefined) {
      const checked = checkGroup(principal, this.request, needs.group);
      if (checked !== undefined) return this.#checkScopesLater(checked, principal, needs);
      this.#note?.('group', 'the principal is in the group');
    }
    return this.#checkScopes(principal, needs);
  }

  /** Who holds the token. */
  #verify(): Principal | Promise<Principal> {
    const credentials = readCredentials(this, this.#policy.credentials);
    this.#note?.(
      'credentials',
      `a bearer token of ${credentials.uncheckedToken.length} characters`,
    );
    const verifier = selectVerifier(this.#policy.verifiers, credentials);
    const position = this.#note && this.#policy.verifiers.indexOf(verifier) + 1;
    this.#note?.('verifier', `verifier ${position} of ${this.#policy.verifiers.length} accepts it`);
    return verifier.verify(credentials);
  }

  #act(holder: Principal): Principal | Promise<Principal> {
    checkPrincipal(holder);
    this.principal = holder;
    this.#checkExpiry(holder.expiresAt);
    this.#note?.(
      'verifier',
      `${holder.permission} token ${holder.tokenId ?? '(without an id)'} of ${holder.subject}`,
    );
    const principal = applyActAs(holder, this.request, this.#policy.actAs);
    if (principal instanceof Promise) return principal;
    this.#note?.('act-as', `the request is for ${principal.subject}`);
    return principal;
  }

  /** For every verifier, so that one that remembers principals cannot let an expired one in. */
  #checkExpiry(expiresAt: number | undefined): void {
    if (expiresAt !== undefined) {
      if (this.nowMs < expiresAt * 1000) return;
      throw new AuthError('token_expired', 'the token has expired');
    }
    if (this.#policy.requireExpiry) {
      throw new AuthError('token_invalid', 'the token does not expire (requireExpiry)');
    }
  }

  /** The verifier took its time, so the clock is read again. */
  #actAfterWait(holder: Principal): Principal | Promise<Principal> {
    this.#nowMs = undefined;
    return this.#act(holder);
  }

  #checkScopes(principal: Principal, needs: Needs): Principal | Promise<Principal> {
    checkScopes(principal, needs.scopes, this.#policy.normalizeScope);
    this.#note?.('scopes', 'the token has the required scopes');
    return needs.also === undefined ? principal : this.authorize(principal, needs.also);
  }

  /** In one step: every promise more costs something of each request whose token must be looked up. */
  async #admitLater(holder: Promise<Principal>, needs: Needs | undefined): Promise<Principal> {
    const principal = this.#actAfterWait(await holder);
    return this.authorize(principal instanceof Promise ? await principal : principal, needs);
  }

  async #actLater(holder: Promise<Principal>): Promise<Principal> {
    return this.#actAfterWait(await holder);
  }

  async #authorizeLater(
    principal: Promise<Principal>,
    needs: Needs | undefined,
  ): Promise<Principal> {
    return this.authorize(await principal, needs);
  }

  async #checkScopesLater(
    group: Promise<void>,
    principal: Principal,
    needs: Needs,
  ): Promise<Principal> {
    await group;
    return this.#checkScopes(principal, needs);
  }
}

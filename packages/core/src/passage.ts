import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { type ActAs, applyActAs } from './act-as.js';
import { AuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import { type Arrival, type CredentialsRules, readCredentials } from './credentials.js';
import type { CompiledRule } from './endpoints/endpoint.js';
import type { EndpointTable } from './endpoints/endpoint-table.js';
import { checkRoutePath } from './endpoints/request-path.js';
import { checkGroup } from './groups.js';
import { checkPrincipal, type Principal, PUBLIC_PRINCIPAL } from './principal.js';
import { checkScopes, type NormalizeScope } from './scopes.js';
import { selectVerifier, type TokenVerifier } from './verifier.js';

/** What a guard's options say, made ready. */
export interface Policy {
  readonly credentials: CredentialsRules;
  readonly verifiers: readonly TokenVerifier[];
  readonly actAs: ActAs;
  readonly endpoints: EndpointTable;
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
  admit(): MaybePromise<Principal> {
    const endpoint = this.#policy.endpoints.match(this.request);
    this.rule = endpoint?.name;
    this.#note?.('endpoint', endpoint?.name ?? 'not mapped');
    if (endpoint?.rule === 'public') {
      this.principal = PUBLIC_PRINCIPAL;
      return PUBLIC_PRINCIPAL;
    }
    const holder = this.#verify();
    if (isPromise(holder)) return this.#admitLater(holder, endpoint?.rule);
    const principal = this.#act(holder);
    return isPromise(principal)
      ? this.#authorizeLater(principal, endpoint?.rule)
      : this.authorize(principal, endpoint?.rule);
  }

  /** The line up to act-as: who is calling, and on whose behalf. */
  authenticate(): MaybePromise<Principal> {
    checkRoutePath(this.request);
    const holder = this.#verify();
    return isPromise(holder) ? this.#actLater(holder) : this.#act(holder);
  }

  /** The rest of the line: whether the principal may do this. */
  authorize(principal: Principal, rule: CompiledRule | undefined): MaybePromise<Principal> {
    this.principal = principal;
    if (rule === undefined) throw new AuthError('endpoint_unmapped', 'no rule maps the endpoint');
    if (principal.permission === 'ANONYMOUS' && !rule.anonymous) {
      throw new AuthError('anonymous_not_allowed', 'the endpoint does not serve ANONYMOUS tokens');
    }
    if (rule.group !== undefined) {
      const checked = checkGroup(principal, this.request, rule.group);
      if (checked !== undefined) return this.#checkScopesLater(checked, principal, rule);
      this.#note?.('group', 'the principal is in the group');
    }
    return this.#checkScopes(principal, rule);
  }

  /** Who holds the token. */
  #verify(): MaybePromise<Principal> {
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

  #act(holder: Principal): MaybePromise<Principal> {
    checkPrincipal(holder);
    this.principal = holder;
    this.#checkExpiry(holder.expiresAt);
    this.#note?.(
      'verifier',
      `${holder.permission} token ${holder.tokenId ?? '(without an id)'} of ${holder.subject}`,
    );
    const principal = applyActAs(holder, this.request, this.#policy.actAs);
    if (isPromise(principal)) return principal;
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
  #actAfterWait(holder: Principal): MaybePromise<Principal> {
    this.#nowMs = undefined;
    return this.#act(holder);
  }

  #checkScopes(principal: Principal, rule: CompiledRule): MaybePromise<Principal> {
    checkScopes(principal, rule.scopes, this.#policy.normalizeScope);
    this.#note?.('scopes', 'the token has the required scopes');
    return rule.also === undefined ? principal : this.authorize(principal, rule.also);
  }

  /** In one step: every promise more costs something of each request whose token must be looked up. */
  async #admitLater(
    holder: Promise<Principal>,
    rule: CompiledRule | undefined,
  ): Promise<Principal> {
    const principal = this.#actAfterWait(await holder);
    return this.authorize(isPromise(principal) ? await principal : principal, rule);
  }

  async #actLater(holder: Promise<Principal>): Promise<Principal> {
    return this.#actAfterWait(await holder);
  }

  async #authorizeLater(
    principal: Promise<Principal>,
    rule: CompiledRule | undefined,
  ): Promise<Principal> {
    return this.authorize(await principal, rule);
  }

  async #checkScopesLater(
    group: Promise<void>,
    principal: Principal,
    rule: CompiledRule,
  ): Promise<Principal> {
    await group;
    return this.#checkScopes(principal, rule);
  }
}

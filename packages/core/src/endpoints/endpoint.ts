import type { AllowIf } from '../allow-if.js';
import type { Claims } from '../claims.js';
import type { CompiledGroup, GroupRule } from '../groups.js';
import type { ScopeAlternatives, ScopeRequirement } from '../scopes.js';
import type { StepUpRule } from '../step-up-rule.js';

/** A method of an endpoint. `HEAD` follows `GET`. `QUERY` is a method with a body that changes nothing. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'QUERY';

/**
 * A method and a path: `'GET /groups/:groupid/visitors'`. A segment is a literal (`accounts:lookUp`), a
 * parameter (`:name` or `{name}`), or one parameter in braces with literal text beside it (`{id}:cancel`,
 * `thumbnail.{ext}`). The last segment may be `*`, which matches everything below the path, but not the
 * path itself.
 */
export type EndpointKey = `${Method} /${string}`;

/** What a request to an endpoint requires. */
export interface EndpointRule<TokenClaims extends object = Claims, Scope extends string = string> {
  readonly scopes: ScopeRequirement<Scope>;
  /**
   * The group that the principal must be in, or where the request names that group. Omit it to allow any
   * group. `undefined` is rejected, so an unset environment variable cannot open the endpoint.
   */
  readonly group?: GroupRule;
  /**
   * How and when the user must have authenticated (RFC 9470). It is checked after the scopes. Omit it to accept any
   * authentication; `undefined` is rejected.
   */
  readonly stepUp?: StepUpRule;
  /** Whether `ANONYMOUS` tokens may use the endpoint. Default `false`. */
  readonly anonymous?: boolean | undefined;
  /**
   * Whether a request without a token is allowed, as `PUBLIC_PRINCIPAL`. Default `false`. A token must still
   * be valid and satisfy the rule; another scheme is rejected.
   */
  readonly optional?: boolean | undefined;
  /** A condition in addition to scopes and group. It is checked last. */
  readonly allowIf?: AllowIf<TokenClaims> | undefined;
  /** Whether a parameter may hold `%2F`. Default `false`: the request is rejected with `path_ambiguous`. */
  readonly allowEncodedSlash?: boolean | undefined;
}

/** All endpoints with what each requires. A request for any other endpoint is denied. */
export type EndpointMap<
  TokenClaims extends object = Claims,
  Scope extends string = string,
> = Readonly<Record<EndpointKey, EndpointRule<TokenClaims, Scope> | 'public'>>;

/** A compiled entry of an {@link EndpointMap}. */
export interface Endpoint {
  /** The entry's key, for logs and audit. */
  readonly name: string;
  readonly method: string;
  readonly segments: readonly string[];
  /** How specific each segment is: a literal is 0, a mixed segment 1, a parameter 2, `*` 3. */
  readonly ranks: readonly number[];
  /** `'public'` requires nothing, and the token is ignored. */
  readonly rule: CompiledRule | 'public';
  readonly allowEncodedSlash: boolean;
  /** The entries whose rules must all allow the request, if a host could read the path as any of them. */
  readonly parts?: readonly Endpoint[] | undefined;
}

/** An {@link EndpointRule} that was checked at creation, so that a request only compares. */
export interface CompiledRule {
  readonly scopes: ScopeAlternatives;
  readonly group: CompiledGroup | undefined;
  readonly stepUp?: StepUpRule | undefined;
  readonly anonymous: boolean;
  readonly optional: boolean;
  readonly allowIf: AllowIf | undefined;
  /** A second rule that must also allow the request, where two entries of the map could match it. */
  readonly also?: CompiledRule | undefined;
}

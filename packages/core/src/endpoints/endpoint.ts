import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions } from '@mandate/internal/check-options';
import type { AllowIf } from '../allow-if.js';
import { type CompiledGroup, compileGroup, type GroupRule } from '../groups.js';
import { compileScopes, type ScopeAlternatives, type ScopeRequirement } from '../scopes.js';
import { LITERAL_RESERVED } from './path.js';

/** A method of an endpoint. `HEAD` follows `GET`. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/**
 * A method and a path: `'GET /groups/:groupid/visitors'`. A segment is a literal or a parameter (`:name`
 * or `{name}`). The last segment may be `*`, which matches everything below the path, but not the path itself.
 */
export type EndpointKey = `${Method} /${string}`;

/** What a request to an endpoint requires. */
export interface EndpointRule {
  readonly scopes: ScopeRequirement;
  /**
   * The group that the principal must be in, or where the request names that group. Omit it to allow any
   * group. `undefined` is rejected, so an unset environment variable cannot open the endpoint.
   */
  readonly group?: GroupRule;
  /** Whether `ANONYMOUS` tokens may use the endpoint. Default `false`. */
  readonly anonymous?: boolean | undefined;
  /**
   * Whether a request without a token is allowed, as `PUBLIC_PRINCIPAL`. Default `false`. A token must still
   * be valid and satisfy the rule; another scheme is rejected.
   */
  readonly optional?: boolean | undefined;
  /** A condition in addition to scopes and group. It is checked last. */
  readonly allowIf?: AllowIf | undefined;
  /** Whether a parameter may hold `%2F`. Default `false`: the request is rejected with `path_ambiguous`. */
  readonly allowEncodedSlash?: boolean | undefined;
}

/** All endpoints with what each requires. A request for any other endpoint is denied. */
export type EndpointMap = Readonly<Record<EndpointKey, EndpointRule | 'public'>>;

/** A compiled entry of an {@link EndpointMap}. */
export interface Endpoint {
  /** The entry's key, for logs and audit. */
  readonly name: string;
  readonly method: string;
  readonly segments: readonly string[];
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
  readonly anonymous: boolean;
  readonly optional: boolean;
  readonly allowIf: AllowIf | undefined;
  /** A second rule that must also allow the request, where two entries of the map could match it. */
  readonly also?: CompiledRule | undefined;
}

const METHODS: ReadonlySet<string> = new Set<Method>([
  ...(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const),
]);

/**
 * The characters of a literal segment. Hosts that decode a path before they match it and hosts that do not
 * agree about them: the unreserved ones are rejected when encoded, and the table compares the reserved
 * ones in both spellings.
 */
const LITERAL = new RegExp(`^[\\w.~${LITERAL_RESERVED}-]+$`);
const PARAMETER = /^(?::([A-Za-z_]\w*)|\{([A-Za-z_][\w-]*)\})$/;

/** @throws TypeError if the key or the rule is invalid. */
export function compileEndpoint(key: string, rule: EndpointRule | 'public'): Endpoint {
  try {
    const [method, path] = splitKey(key);
    const segments = path === '/' ? [] : path.slice(1).split('/');
    checkSegments(segments);
    return {
      name: key,
      method,
      segments,
      rule: rule === 'public' ? rule : compileRule(rule, segments),
      allowEncodedSlash: rule !== 'public' && (rule.allowEncodedSlash ?? false),
    };
  } catch (error) {
    throw new TypeError(`endpoint "${key}": ${(error as Error).message}`);
  }
}

/**
 * Compiles the rule of an endpoint or of a route.
 * @param segments the segments of the endpoint's path. Omit them for a rule of a route, whose `path`
 * group is the parameter that the host's router matched.
 * @throws TypeError if the rule is invalid.
 */
export function compileRule(rule: EndpointRule, segments?: readonly string[]): CompiledRule {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) throw noRule();
  // Check this first, because a misspelt "scopes" is also a missing one.
  checkOptions<EndpointRule>('the rule', rule, {
    scopes: true,
    group: true,
    anonymous: true,
    optional: true,
    allowIf: true,
    allowEncodedSlash: true,
  });
  if (rule.scopes === undefined) throw noRule();
  if (Object.hasOwn(rule, 'group') && rule.group === undefined) {
    throw new TypeError('group must not be undefined; omit it to allow any group');
  }
  checkBoolean('anonymous', rule.anonymous);
  checkBoolean('optional', rule.optional);
  checkFunctions('the rule', rule, ['allowIf']);
  checkBoolean('allowEncodedSlash', rule.allowEncodedSlash);
  const pathSegment = segments && ((parameter: string) => findSegment(segments, parameter));
  return {
    scopes: compileScopes(rule.scopes),
    group: rule.group === undefined ? undefined : compileGroup(rule.group, pathSegment),
    anonymous: rule.anonymous ?? false,
    optional: rule.optional ?? false,
    allowIf: rule.allowIf,
  };
}

function noRule(): TypeError {
  return new TypeError(
    "the rule must be 'public' or an object with scopes, such as { scopes: ['SEARCH'] } ([] for any token)",
  );
}

/** Rejects other types, because the text `"false"` would count as true and open the endpoint. */
function checkBoolean(member: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw new TypeError(`${member} must be true or false`);
}

/** Finds the index of a parameter in a path that is split at its slashes, so that the first segment has 1. */
function findSegment(segments: readonly string[], parameter: string): number | undefined {
  const index = segments.findIndex((segment) => getParameter(segment) === parameter);
  return index === -1 ? undefined : index + 1;
}

/** The name of the parameter in a segment; `undefined` for a literal or `*`. */
export function getParameter(segment: string): string | undefined {
  const match = PARAMETER.exec(segment);
  return match?.[1] ?? match?.[2];
}

function splitKey(key: string): [method: string, path: string] {
  const space = key.indexOf(' ');
  const method = key.slice(0, space);
  const path = key.slice(space + 1);
  if (method === 'HEAD') throw new TypeError('HEAD follows GET and cannot have its own entry');
  if (!METHODS.has(method))
    throw new TypeError(`the method must be one of ${[...METHODS].join(', ')}`);
  if (!path.startsWith('/')) throw new TypeError('the path must start with a slash');
  return [method, path];
}

function checkSegments(segments: readonly string[]): void {
  const last = segments.length - 1;
  const parameters = new Set<string>();
  for (const [index, segment] of segments.entries()) {
    const parameter = getParameter(segment);
    if (parameter !== undefined) {
      if (parameters.has(parameter))
        throw new TypeError(`the parameter "${parameter}" occurs twice`);
      parameters.add(parameter);
      continue;
    }
    // The last segment of a path with a trailing slash is empty.
    if (index === last && (segment === '*' || (segment === '' && index > 0))) continue;
    if (LITERAL.test(segment) && !/^\.\.?$/.test(segment)) continue;
    throw new TypeError(
      `the segment "${segment}" must be a literal, :name, {name}, or * at the end`,
    );
  }
}

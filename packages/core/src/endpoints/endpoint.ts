import { checkOptions } from '@mandate/internal/check-options';
import { type CompiledGroup, compileGroup, type GroupRule } from '../groups.js';
import { compileScopes, type ScopeAlternatives, type ScopeRequirement } from '../scopes.js';
import { LITERAL_RESERVED } from './path.js';

/** A method that an endpoint can be mapped for. `HEAD` follows `GET`. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/**
 * A method and a path: `'GET /groups/:groupid/visitors'`. A segment is a literal, a parameter (`:name`
 * or `{name}`), or, as the last one, `*` for everything below, which the path above it is not part of.
 */
export type EndpointKey = `${Method} /${string}`;

/** What a request to an endpoint needs. */
export interface EndpointRule {
  readonly scopes: ScopeRequirement;
  /**
   * The group that the principal must be in, or where the request names it. Without it: any. Never
   * `undefined`, which is what a variable of the environment is that nobody has set.
   */
  readonly group?: GroupRule;
  /** Whether `ANONYMOUS` tokens may use the endpoint. Default `false`. */
  readonly anonymous?: boolean | undefined;
  /** Whether a parameter may hold `%2F`. Default `false`: such a path is ambiguous. */
  readonly allowEncodedSlash?: boolean | undefined;
}

/** Which endpoints there are, and what each needs. What is not in it is denied. */
export type EndpointMap = Readonly<Record<EndpointKey, EndpointRule | 'public'>>;

/** One entry of an {@link EndpointMap}, made ready. */
export interface Endpoint {
  /** The entry's key, for logs and audit. */
  readonly name: string;
  readonly method: string;
  readonly segments: readonly string[];
  /** `'public'` requires nothing, and the token is ignored. */
  readonly rule: CompiledRule | 'public';
  readonly allowEncodedSlash: boolean;
  /** The entries whose rules must all allow the request, where more than one could be meant. */
  readonly parts?: readonly Endpoint[] | undefined;
}

/** An {@link EndpointRule} that was checked at creation, so that a request only compares. */
export interface CompiledRule {
  readonly scopes: ScopeAlternatives;
  readonly group: CompiledGroup | undefined;
  readonly anonymous: boolean;
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

/** @throws TypeError if the key or the rule cannot be meant. */
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
  if (typeof rule !== 'object' || rule === null || rule.scopes === undefined) {
    throw new TypeError("the rule must be 'public' or have scopes ([] for any token)");
  }
  checkOptions<EndpointRule>('the rule', rule, {
    scopes: true,
    group: true,
    anonymous: true,
    allowEncodedSlash: true,
  });
  if (Object.hasOwn(rule, 'group') && rule.group === undefined) {
    throw new TypeError('group is undefined: leave it out to let every group in');
  }
  checkBoolean('anonymous', rule.anonymous);
  checkBoolean('allowEncodedSlash', rule.allowEncodedSlash);
  const pathSegment = segments && ((parameter: string) => findSegment(segments, parameter));
  return {
    scopes: compileScopes(rule.scopes),
    group: rule.group === undefined ? undefined : compileGroup(rule.group, pathSegment),
    anonymous: rule.anonymous ?? false,
  };
}

/** The text `"false"` would count as true, and open the endpoint. */
function checkBoolean(member: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw new TypeError(`${member} must be true or false`);
}

/** Where a path split at its slashes has the parameter; the part before the first slash counts. */
function findSegment(segments: readonly string[], parameter: string): number | undefined {
  const index = segments.findIndex((segment) => getParameter(segment) === parameter);
  return index === -1 ? undefined : index + 1;
}

/** The name of a parameter's segment; `undefined` for a literal or `*`. */
export function getParameter(segment: string): string | undefined {
  const match = PARAMETER.exec(segment);
  return match?.[1] ?? match?.[2];
}

function splitKey(key: string): [method: string, path: string] {
  const space = key.indexOf(' ');
  const method = key.slice(0, space);
  const path = key.slice(space + 1);
  if (method === 'HEAD') throw new TypeError('HEAD follows GET and has no entry of its own');
  if (!METHODS.has(method)) throw new TypeError(`the method must be ${[...METHODS].join(', ')}`);
  if (!path.startsWith('/')) throw new TypeError('the path must start with a slash');
  return [method, path];
}

function checkSegments(segments: readonly string[]): void {
  const last = segments.length - 1;
  const parameters = new Set<string>();
  for (const [index, segment] of segments.entries()) {
    const parameter = getParameter(segment);
    if (parameter !== undefined) {
      if (parameters.has(parameter)) throw new TypeError(`"${parameter}" stands for two segments`);
      parameters.add(parameter);
      continue;
    }
    // A path that ends with a slash ends with an empty segment.
    if (index === last && (segment === '*' || (segment === '' && index > 0))) continue;
    if (LITERAL.test(segment) && !/^\.\.?$/.test(segment)) continue;
    throw new TypeError(`"${segment}" is neither a literal, :name, {name} nor a last *`);
  }
}

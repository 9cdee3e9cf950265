import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions } from '@mandate/internal/check-options';
import { compileGroup } from '../compile-group.js';
import type { PathPlace } from '../groups.js';
import { compileScopes } from '../scopes.js';
import { compileStepUp } from '../step-up.js';
import type { CompiledRule, Endpoint, EndpointRule, Method } from './endpoint.js';
import { getParameter, isLiteral, parseParameter, rankSegment } from './segment.js';

const METHODS: ReadonlySet<string> = new Set<Method>([
  ...(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'] as const),
]);

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
      ranks: segments.map(rankSegment),
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
 *
 * @example
 * const rule = compileRule({ scopes: ['SEARCH'] });
 * const decision = guard.authorize(principal, request, rule);
 */
export function compileRule(rule: EndpointRule, segments?: readonly string[]): CompiledRule {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) throw noRule();
  // Check this first, because a misspelt "scopes" is also a missing one.
  checkOptions<EndpointRule>('the rule', rule, {
    scopes: true,
    group: true,
    stepUp: true,
    anonymous: true,
    optional: true,
    allowIf: true,
    allowEncodedSlash: true,
  });
  if (rule.scopes === undefined) throw noRule();
  checkDefined(rule, 'group');
  checkDefined(rule, 'stepUp');
  checkBoolean('anonymous', rule.anonymous);
  checkBoolean('optional', rule.optional);
  checkFunctions('the rule', rule, ['allowIf']);
  checkBoolean('allowEncodedSlash', rule.allowEncodedSlash);
  const findPlace = segments && ((parameter: string) => findParameter(segments, parameter));
  return {
    scopes: compileScopes(rule.scopes),
    group: rule.group === undefined ? undefined : compileGroup(rule.group, findPlace),
    stepUp: rule.stepUp === undefined ? undefined : compileStepUp(rule.stepUp),
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

/** Rejects an explicit `undefined`, because an unset environment variable must not open the endpoint. */
function checkDefined(rule: EndpointRule, member: 'group' | 'stepUp'): void {
  if (!Object.hasOwn(rule, member) || rule[member] !== undefined) return;
  throw new TypeError(`${member} must not be undefined; omit it to allow any`);
}

/** Rejects other types, because the text `"false"` would count as true and open the endpoint. */
function checkBoolean(member: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw new TypeError(`${member} must be true or false`);
}

/** Finds a parameter in a path that is split at its slashes, so that the first segment has 1. */
function findParameter(segments: readonly string[], name: string): PathPlace | undefined {
  const index = segments.findIndex((segment) => getParameter(segment) === name);
  if (index === -1) return undefined;
  const { prefix = '', suffix = '' } = parseParameter(segments[index] as string) ?? {};
  return { segment: index + 1, before: prefix.length, after: suffix.length };
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
    if (isLiteral(segment)) continue;
    throw new TypeError(
      `the segment "${segment}" must be a literal, :name, {name} with or without text beside it ` +
        '({id}:cancel), or * at the end',
    );
  }
}

import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { trimWhiteSpace } from '@mandate/internal/trim-white-space';
import { AuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import { getBodies } from './body.js';
import { explainNoGroups, isGroupId } from './group-claims.js';
import type { Principal } from './principal.js';
import { getQueryParameter } from './query-parameter.js';

/**
 * Where the request names its group. The principal must be in the named group. If several places name a
 * group, all of them must name the same group.
 */
export interface GroupBinding {
  /** A parameter of the endpoint's path: `'groupid'` for `/groups/:groupid/visitors`. */
  readonly path?: string | undefined;
  /** A query parameter. A query that two parsers could read differently is rejected. */
  readonly query?: string | undefined;
  readonly header?: string | undefined;
  /**
   * Returns the group that the parsed body names, or `undefined`: `(body) => body?.groupid`. It is called
   * once for each possible reading of the body, and must not throw. A body that was not parsed before the
   * guard is rejected with `group_missing`.
   */
  readonly body?: ((body: unknown) => unknown) | undefined;
}

/** Groups of which the principal must be in at least one. */
export interface AnyGroup {
  readonly anyOf: readonly string[];
}

/**
 * The group that the principal must be in, a list of which it must be in one, or where the request names the
 * group.
 */
export type GroupRule = string | AnyGroup | GroupBinding;

/** Where a parameter stands in a path. */
export interface PathPlace {
  /** The number of its segment, as `path.split('/')` counts. */
  readonly segment: number;
  /** The number of literal characters before and after it in its segment. */
  readonly before: number;
  readonly after: number;
}

/** A compiled {@link GroupRule}. */
export type CompiledGroup =
  | { readonly members: readonly string[] }
  | { readonly binding: GroupBinding; readonly place: PathPlace | undefined };

/**
 * Checks that the principal is in the group that the rule or the request names.
 * @returns a promise only if the host has yet to parse the body.
 * @throws AuthError `group_missing`, `group_conflict` or `group_mismatch`
 */
export function checkGroup(
  principal: Principal,
  request: AuthRequest,
  group: CompiledGroup,
): MaybePromise<void> {
  if ('members' in group) return checkMember(principal, group.members);
  const { binding } = group;
  const named = findNamedGroups(request, binding, group.place);
  if (binding.body === undefined) return checkMember(principal, [toOneGroup(named)]);
  const find = binding.body;
  const check = (bodies: readonly unknown[]) =>
    checkMember(principal, [toOneGroup([...named, ...findBodyGroups(bodies, find, named)])]);
  const bodies = getBodies(request);
  return isPromise(bodies) ? bodies.then(check) : check(bodies);
}

/** The groups that the path, the query and the header name, or `undefined` for a place without one. */
function findNamedGroups(
  request: AuthRequest,
  { path, query, header }: GroupBinding,
  place: PathPlace | undefined,
): readonly unknown[] {
  const named: unknown[] = [];
  if (place !== undefined) named.push(getParameter(request.path, place));
  else if (path !== undefined) named.push(request.param?.(path));
  if (query !== undefined) named.push(getQueryParameter(request, query));
  if (header !== undefined) named.push(getHeaderGroup(request, header));
  return named;
}

/** Returns the decoded value of a parameter in a checked path. */
function getParameter(path: string, { segment, before, after }: PathPlace): string {
  let start = 0;
  for (let i = 0; i < segment; i++) {
    start = path.indexOf('/', start) + 1;
    if (start === 0) return '';
  }
  const slash = path.indexOf('/', start);
  const value = path.slice(start + before, (slash === -1 ? path.length : slash) - after);
  return value.includes('%') ? decodeURIComponent(value) : value;
}

/** The lines of a repeated header are joined by commas, so they name more than one group. */
function getHeaderGroup(request: AuthRequest, name: string): unknown {
  const line = request.header(name);
  const value = line && trimWhiteSpace(line);
  return value?.includes(',') ? value.split(',') : value;
}

/**
 * The groups that the readings of the body name, the host's first.
 * @param elsewhere what the other places name.
 */
function findBodyGroups(
  bodies: readonly unknown[],
  find: (body: unknown) => unknown,
  elsewhere: readonly unknown[],
): readonly unknown[] {
  const named = bodies.map((body) => find(body));
  // A handler that finds no group where the guard found one may serve every group.
  if (elsewhere.every(isNone) && isNone(named[0]) && !named.every(isNone)) {
    throw new AuthError('group_conflict', 'only another reading of the body names a group');
  }
  return named;
}

function isNone(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** The one group that all places name. `12345` and `"12345"` are the same group. */
function toOneGroup(named: readonly unknown[]): string {
  let group: string | undefined;
  for (const value of named) {
    if (isNone(value)) continue;
    // A repeated parameter is a list, and the handler may choose another of its values.
    if (!isGroupId(value))
      throw new AuthError('group_conflict', 'the request does not name exactly one group');
    if (group !== undefined && group !== String(value)) {
      throw new AuthError('group_conflict', 'the request names two groups');
    }
    group = String(value);
  }
  if (group === undefined) throw new AuthError('group_missing', 'the request names no group');
  return group;
}

function checkMember(principal: Principal, groups: readonly string[]): void {
  for (const group of groups) if (principal.groups.includes(group)) return;
  const reason = explainNoGroups(principal.groups) ?? 'the principal is not in the group';
  throw new AuthError('group_mismatch', reason);
}

import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions } from '@mandate/internal/check-options';
import type { AnyGroup, CompiledGroup, GroupBinding, GroupRule, PathPlace } from './groups.js';
import { isHeaderName } from './header-name.js';

/**
 * @param findPlace finds a parameter in the endpoint's path. Omit it to get the parameter from the host's
 * router.
 * @throws TypeError if the rule is invalid, names no place, or a parameter that the path does not have.
 */
export function compileGroup(
  rule: GroupRule,
  findPlace: ((parameter: string) => PathPlace | undefined) | undefined,
): CompiledGroup {
  if (typeof rule === 'string') {
    if (rule === '') throw new TypeError('group: the name of the group must not be empty');
    return { members: [rule] };
  }
  if (typeof rule === 'object' && rule !== null && 'anyOf' in rule) return compileAnyGroup(rule);
  checkOptions<GroupBinding>('group', rule, {
    path: true,
    query: true,
    header: true,
    body: true,
  });
  checkPlaces(rule);
  const { path, query, header, body } = rule;
  if (path === undefined && query === undefined && header === undefined && body === undefined) {
    throw new TypeError('group: one of path, query, header and body is required');
  }
  const place = path === undefined ? undefined : findPlace?.(path);
  if (path !== undefined && findPlace !== undefined && place === undefined) {
    throw new TypeError(`group: the endpoint's path has no parameter "${path}"`);
  }
  // AuthRequest.header takes names in lower case.
  return { binding: { ...rule, header: header?.toLowerCase() }, place };
}

function compileAnyGroup(rule: AnyGroup): CompiledGroup {
  checkOptions<AnyGroup>('group', rule, { anyOf: true });
  const groups: readonly unknown[] = Array.isArray(rule.anyOf) ? rule.anyOf : [];
  if (groups.length > 0 && groups.every((group) => typeof group === 'string' && group !== '')) {
    return { members: [...rule.anyOf] };
  }
  throw new TypeError('group: anyOf must be a list of group names');
}

/** @throws TypeError if a place is invalid, so that no request could name its group there. */
function checkPlaces(rule: GroupBinding): void {
  for (const parameter of [rule.path, rule.query]) {
    if (parameter === undefined || (typeof parameter === 'string' && parameter !== '')) continue;
    throw new TypeError('group: path and query must be the name of a parameter');
  }
  if (rule.header !== undefined && !isHeaderName(rule.header)) {
    throw new TypeError('group: header must be the name of a header');
  }
  checkFunctions('group', rule, ['body']);
}

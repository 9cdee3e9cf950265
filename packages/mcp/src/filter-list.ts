import type { CompiledRule } from '@mandate/core';
import type { Exchange } from './exchange.js';
import { isObject } from './message.js';
import { AMBIGUOUS, type FoundRule, type RuleTable } from './rule-table.js';
import { isOwnTask } from './tasks.js';

/** The lists of results, and the member by which the rule of an item is found. */
const LISTS = {
  tools: ({ name }, rules) => toRules(rules.findNamed('tools/call', String(name))),
  prompts: ({ name }, rules) => toRules(rules.findNamed('prompts/get', String(name))),
  resources: ({ uri }, rules) => toRules(rules.findResource(String(uri))),
  resourceTemplates: ({ uriTemplate }, rules) => rules.findTemplate(String(uriTemplate)),
} as const satisfies Record<string, FindRules>;

type Item = Readonly<Record<string, unknown>>;
type FindRules = (item: Item, rules: RuleTable) => readonly CompiledRule[];

function toRules(found: FoundRule): readonly CompiledRule[] {
  return found === undefined || found === AMBIGUOUS ? [] : [found.rule];
}

/**
 * Removes from the lists of a result what the principal may not use. A list can become empty, and its `nextCursor` stays.
 * @returns the same message if it is not a response with a list.
 */
export async function filterLists(message: unknown, exchange: Exchange): Promise<unknown> {
  if (Array.isArray(message)) {
    return Promise.all(message.map((one) => filterLists(one, exchange)));
  }
  if (!isObject(message) || !isObject(message['result'])) return message;
  const { result } = message;
  const changes: Record<string, unknown> = {};
  for (const [name, findRules] of Object.entries<FindRules>(LISTS)) {
    if (!Object.hasOwn(result, name) || !exchange.settings.filterLists) continue;
    changes[name] = await keepItems(result[name], (item) =>
      mayUse(findRules(item, exchange.settings.rules), exchange),
    );
  }
  if (Object.hasOwn(result, 'tasks')) {
    changes['tasks'] = await keepItems(result['tasks'], ({ taskId }) =>
      isOwnTask(taskId, exchange),
    );
  }
  if (Object.keys(changes).length === 0) return message;
  // In the revision with this member, it says that no gateway may share the result (server/utilities/caching).
  const isCacheable = exchange.isStateless || Object.hasOwn(result, 'cacheScope');
  const cacheScope = isCacheable ? { cacheScope: 'private' } : {};
  return { ...message, result: { ...result, ...changes, ...cacheScope } };
}

/** Whether the principal satisfies all of the rules. Without a rule, it does not. */
async function mayUse(
  rules: readonly CompiledRule[],
  { settings, principal, request }: Exchange,
): Promise<boolean> {
  if (rules.length === 0) return false;
  for (const rule of rules) {
    // A tool that is hidden could never be reached by authenticating again.
    const shown = rule.stepUp === undefined ? rule : { ...rule, stepUp: undefined };
    if (!(await settings.guard.permits(principal, request, shown))) return false;
  }
  return true;
}

async function keepItems(
  items: unknown,
  isKept: (item: Item) => Promise<boolean>,
): Promise<readonly unknown[]> {
  const kept: unknown[] = [];
  for (const item of Array.isArray(items) ? items : []) {
    if (isObject(item) && (await isKept(item))) kept.push(item);
  }
  return kept;
}

import type { CompiledRule, Principal } from '@mandate/core';
import type { Exchange } from './exchange.js';
import { JsonRpcError } from './json-rpc-error.js';
import type { McpMessage } from './message.js';
import { type Operation, toOperations } from './operation.js';
import { AMBIGUOUS, type FoundRule, type RuleTable } from './rule-table.js';
import { findTask } from './tasks.js';

/**
 * Finds one rule for all that the messages ask for, so that a refusal names every scope at once.
 * @returns `undefined` if there is no rule for some part of it.
 * @throws JsonRpcError if a name or a URI has more than one reading, or a task is not the caller's.
 */
export async function findRule(
  messages: readonly McpMessage[],
  exchange: Exchange,
): Promise<CompiledRule | undefined> {
  const { rules } = exchange.settings;
  const found = new Set<CompiledRule>();
  let isComplete = true;
  for (const message of messages) {
    for (const operation of await resolveTasks(message, exchange)) {
      const own = findOperationRules(operation, message, rules);
      if (own.length === 0) isComplete = false;
      for (const rule of own) found.add(rule);
    }
  }
  return isComplete ? combine([...found], exchange) : undefined;
}

/** The answer to a request since 2026-07-28 for a method without a rule: the server does not have it. */
export function findUnknownMethod(
  [message]: readonly McpMessage[],
  { isStateless, settings }: Exchange,
): JsonRpcError | undefined {
  if (message?.kind !== 'request' || !isStateless) return undefined;
  const [operation] = toOperations(message, isStateless);
  const isNamed = operation === undefined || operation.name !== undefined;
  if (isNamed || settings.rules.findMethod(operation.method) !== undefined) return undefined;
  const { id } = message;
  return new JsonRpcError('method_not_found', 'Method not found.', { id, status: 404 });
}

/** Replaces each task by what it was created for. */
async function resolveTasks(
  message: McpMessage,
  exchange: Exchange,
): Promise<readonly Operation[]> {
  if (message.kind === 'response') return [];
  const operations = toOperations(message, exchange.isStateless);
  exchange.operations = [...exchange.operations, ...operations.map(describe)];
  const resolved: Operation[] = [];
  for (const operation of operations) {
    const { method, name } = operation;
    const isTask = method === 'tasks' && name !== undefined;
    resolved.push(isTask ? await findTask(name, message, exchange) : operation);
  }
  return resolved;
}

function describe({ method, name }: Operation): string {
  return name === undefined ? method : `${method} ${name}`;
}

/** The rules that must all allow the operation; none if there is no rule. */
function findOperationRules(
  { method, name, isTemplate }: Operation,
  { id }: McpMessage,
  rules: RuleTable,
): readonly CompiledRule[] {
  if (isTemplate && name !== undefined) return rules.findTemplate(name);
  const found = name === undefined ? rules.findMethod(method) : findNamed(method, name, rules);
  if (found === AMBIGUOUS) {
    const text = 'The name can be read in more than one way. Send it exactly as it is listed.';
    throw new JsonRpcError('invalid_params', text, { id });
  }
  return found === undefined ? [] : [found.rule];
}

function findNamed(method: string, name: string, rules: RuleTable): FoundRule {
  return method === 'resources/read' ? rules.findResource(name) : rules.findNamed(method, name);
}

/** Chains the rules. A batch with nothing but responses needs no scope. */
function combine(rules: readonly CompiledRule[], exchange: Exchange): CompiledRule {
  const [first = NO_SCOPES, ...others] = rules;
  const also = others.reduceRight<CompiledRule | undefined>(
    (next, rule) => ({ ...rule, also: next }),
    undefined,
  );
  const rule = also === undefined ? first : { ...first, also };
  return exchange.isStateless ? rule : addGranted(rule, exchange.principal);
}

const NO_SCOPES: CompiledRule = {
  scopes: [[]],
  group: undefined,
  anonymous: true,
  optional: true,
  allowIf: undefined,
};

/** The characters of a scope (RFC 6749 §3.3). Others would break out of the challenge. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Until 2025-11-25, the challenge names the granted scopes too, because clients of that time ask for exactly what it
 * names and would lose the others. It does not change what is allowed.
 */
function addGranted(rule: CompiledRule, { scopes }: Principal<object>): CompiledRule {
  const [first = [], ...others] = rule.scopes;
  if (scopes === 'all') return rule;
  const granted = scopes.filter((scope) => SCOPE.test(scope));
  return { ...rule, scopes: [[...new Set([...granted, ...first])], ...others] };
}

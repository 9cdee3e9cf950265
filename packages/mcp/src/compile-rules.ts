import type { CompiledRule } from '@mandate/core';
import { compileRule } from '@mandate/core/adapter';
import { checkOptions } from '@mandate/internal/check-options';
import type { McpRule, McpRules } from './rule.js';

/** An entry of the map of rules. */
export interface RuleEntry {
  /** As the map has it. */
  readonly key: string;
  readonly method: string;
  /** The name, or the text before `*`. Empty if the method names nothing. */
  readonly name: string;
  readonly isPrefix: boolean;
  readonly rule: CompiledRule;
}

const NAMING: readonly string[] = ['tools/call', 'prompts/get', 'resources/read'];

/** Methods that take the rule of what they name. */
const REFERRING: Readonly<Record<string, string>> = {
  'completion/complete': 'prompts/get or resources/read',
  'resources/subscribe': 'resources/read',
  'resources/unsubscribe': 'resources/read',
  'tasks/get': 'tools/call',
  'tasks/result': 'tools/call',
  'tasks/update': 'tools/call',
  'tasks/cancel': 'tools/call',
};

const METHOD = /^[A-Za-z][\w.-]*(?:\/[\w.-]+)*$/;

/** Messages of the protocol itself, which give access to nothing. The map may have other rules for them. */
const PROTOCOL_METHODS = [
  'initialize',
  'ping',
  'server/discover',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
] as const;

/** @throws TypeError that names the invalid entry. */
export function compileRules(rules: McpRules): readonly RuleEntry[] {
  if (typeof rules !== 'object' || rules === null || Array.isArray(rules)) {
    throw new TypeError('createMcpGuard: rules must be an object');
  }
  const own = Object.entries(rules).map(([key, rule]) => compileEntry(key, rule));
  const others = PROTOCOL_METHODS.filter((method) => !Object.hasOwn(rules, method));
  return [...own, ...others.map((method) => compileEntry(method, { scopes: [] }))];
}

function compileEntry(key: string, rule: McpRule): RuleEntry {
  try {
    const space = key.indexOf(' ');
    const method = space === -1 ? key : key.slice(0, space);
    const name = space === -1 ? '' : key.slice(space + 1);
    checkKey(method, name);
    checkMembers(rule);
    const isPrefix = name.endsWith('*');
    return {
      key,
      method,
      name: isPrefix ? name.slice(0, -1) : name,
      isPrefix,
      rule: compileRule(rule),
    };
  } catch (error) {
    throw new TypeError(`createMcpGuard: rule "${key}": ${(error as Error).message}`);
  }
}

function checkMembers(rule: McpRule): void {
  // An object that is not a rule gets the message of compileRule.
  if (typeof rule !== 'object' || rule === null) return;
  checkOptions<McpRule>('the rule', rule, {
    scopes: true,
    group: true,
    stepUp: true,
    anonymous: true,
    allowIf: true,
  });
}

function checkKey(method: string, name: string): void {
  if (!METHOD.test(method)) throw new TypeError('the key must start with a method of JSON-RPC');
  const referred = Object.hasOwn(REFERRING, method) ? REFERRING[method] : undefined;
  if (referred !== undefined) {
    throw new TypeError(`${method} takes the rule of what it names; write a rule for ${referred}`);
  }
  const isNaming = NAMING.includes(method);
  if (isNaming && name === '') {
    throw new TypeError(`write "${method} NAME", or "${method} *" for all of them`);
  }
  if (!isNaming && name !== '') throw new TypeError(`${method} names nothing`);
  if (name.slice(0, -1).includes('*')) {
    throw new TypeError('only the last character of a name may be *');
  }
}

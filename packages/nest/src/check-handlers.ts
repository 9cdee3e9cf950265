import type { Guard } from '@mandate/core';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { getDeclared } from './declared.js';
import { compileEffectiveRule, type EffectiveRule } from './effective-rule.js';
import { getHandlerKinds, getProviderKind } from './nest-metadata.js';

type Module = ModulesContainer extends Map<string, infer OneModule> ? OneModule : never;

/**
 * Checks at start-up that every handler of an application has a rule that can be applied.
 * @throws TypeError that lists every fault.
 */
export function checkHandlers(modules: ModulesContainer, guard: Guard): void {
  const faults = [...modules.values()].flatMap((module) => [
    ...listClasses(module, 'controllers').flatMap((one) => checkController(one, guard)),
    ...listClasses(module, 'providers').flatMap(checkProvider),
  ]);
  const found = [...new Set(faults)];
  if (found.length === 0) return;
  const count = found.length === 1 ? '1 fault' : `${found.length} faults`;
  throw new TypeError(
    [`MandateModule found ${count}:`, ...found.map((fault) => `- ${fault}`)].join('\n'),
  );
}

interface NamedClass {
  readonly name: string;
  readonly metatype: object;
  readonly methods: readonly { readonly name: string; readonly method: object }[];
}

function listClasses(module: Module, kind: 'controllers' | 'providers'): readonly NamedClass[] {
  return [...module[kind].values()].flatMap(({ metatype, inject }) => {
    // A factory is a function too, but not a class.
    if (typeof metatype !== 'function' || inject) return [];
    const prototype = metatype.prototype as Record<string, unknown> | undefined;
    if (prototype === undefined) return [];
    const methods = new MetadataScanner().getAllMethodNames(prototype).map((name) => ({
      name: `${metatype.name}.${name}`,
      method: prototype[name] as object,
    }));
    return [{ name: metatype.name, metatype, methods }];
  });
}

function checkController({ metatype, methods }: NamedClass, guard: Guard): readonly string[] {
  return methods.flatMap(({ name, method }) => {
    const { isRoute, isMessageHandler } = getHandlerKinds(method);
    if (!isRoute && !isMessageHandler) {
      return getDeclared(method) === undefined ? [] : [`${name} has a rule but no route`];
    }
    try {
      const rule = compileEffectiveRule(metatype, method);
      return [
        ...(isRoute ? checkRoute(name, rule, guard) : []),
        ...(isMessageHandler && rule !== 'public'
          ? [describeUnguarded(name, 'message handler')]
          : []),
      ];
    } catch (error) {
      return [`${name} ${(error as Error).message}`];
    }
  });
}

function checkRoute(name: string, rule: EffectiveRule, guard: Guard): readonly string[] {
  if (rule === undefined) {
    return [
      `${name} has no rule: add one, such as @RequireScopes('SEARCH'), or @Public(); @RequireScopes() allows any token`,
    ];
  }
  if (rule === 'public' || guard.scopes === undefined) return [];
  const listed = new Set(guard.scopes);
  const unknown = listScopes(rule).filter((scope) => !listed.has(scope));
  return unknown.map(
    (scope) =>
      `${name} requires the scope "${scope}", which is not in the list "scopes" of the guard`,
  );
}

function listScopes(rule: EffectiveRule): readonly string[] {
  if (rule === undefined || rule === 'public') return [];
  return [...rule.scopes.flat(), ...listScopes(rule.also)];
}

function checkProvider({ name, metatype, methods }: NamedClass): readonly string[] {
  const kind = getProviderKind(
    metatype,
    methods.map(({ method }) => method),
  );
  if (kind === undefined || getDeclared(metatype)?.public) return [];
  return [describeUnguarded(name, kind)];
}

function describeUnguarded(name: string, kind: string): string {
  return (
    `${name} is a ${kind}, which MandateModule cannot guard: guard the HTTP request that leads to it, and state with ` +
    '@Public() that no rule applies here'
  );
}

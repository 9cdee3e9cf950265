import type { CompiledRule } from '@mandate/core';
import { compileRule } from '@mandate/core/adapter';
import { type Declared, getDeclared, isRequirement } from './declared.js';

/** What a request to a handler requires; `undefined` if nothing was declared, so that nothing is allowed. */
export type EffectiveRule = CompiledRule | 'public' | undefined;

/**
 * Compiles what the decorators of a method and of its class declare. A request must satisfy both. Of base classes, a
 * controller inherits what they require, and not what they open.
 * @throws TypeError if the declarations contradict each other.
 */
export function compileEffectiveRule(controller: object, method: object): EffectiveRule {
  const declared = [
    getDeclared(method),
    getDeclared(controller),
    ...getInherited(controller),
  ].filter((one) => one !== undefined);
  if (declared.length === 0) return undefined;
  if (declared.every((one) => one.public)) return 'public';
  checkOpenings(declared);
  const opened = {
    anonymous: declared.some(({ anonymous }) => anonymous === true),
    optional: declared.some(({ optional }) => optional === true),
  };
  const requirements = declared.filter(isRequirement).flatMap(splitConditions);
  const rules = requirements.length === 0 ? [{}] : requirements;
  return rules.reduceRight<CompiledRule | undefined>((also, rule) => {
    const compiled = compileRule({ scopes: [], ...rule, ...opened });
    return also === undefined ? compiled : { ...compiled, also };
  }, undefined);
}

/** What the base classes of a controller require, nearest first. */
function getInherited(controller: object): readonly Declared[] {
  const base = Object.getPrototypeOf(controller) as object | null;
  if (base === null || base === Function.prototype) return [];
  const { public: _, anonymous: __, optional: ___, ...required } = getDeclared(base) ?? {};
  return [...(isRequirement(required) ? [required] : []), ...getInherited(base)];
}

/** @throws TypeError if one of them opens what another one closes. */
function checkOpenings(declared: readonly Declared[]): void {
  if (declared.some((one) => one.public)) {
    throw new TypeError(
      'is @Public() and has another rule, of its method or class: remove one of them, or move the rule to the methods',
    );
  }
  const isOpen = declared.some(({ optional }) => optional);
  if (isOpen && declared.some((one) => !one.optional && isRequirement(one))) {
    throw new TypeError(
      'is @Optional() beside a rule that requires a token, of its method or class: write both at the same place',
    );
  }
}

type Rule = Omit<Declared, 'public' | 'conditions'> & {
  readonly allowIf?: CompiledRule['allowIf'];
};

/** A rule has one condition, so each of the others becomes a rule of its own. */
function splitConditions({ conditions = [], public: _, ...rule }: Declared): readonly Rule[] {
  const [first, ...others] = conditions;
  return [{ ...rule, allowIf: first }, ...others.map((allowIf) => ({ allowIf }))];
}

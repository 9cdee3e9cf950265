import 'reflect-metadata';
import type { AllowIf, EndpointRule } from '@mandate/core';
import { compileRule } from '@mandate/core/adapter';

/** What the decorators of one method, or of one class, declare together. */
export interface Declared
  extends Partial<Pick<EndpointRule, 'scopes' | 'group' | 'stepUp' | 'anonymous' | 'optional'>> {
  readonly public?: true;
  readonly conditions?: readonly AllowIf[];
}

/**
 * A decorator of a controller or of one of its methods. As in Nest, it is a decorator of TypeScript's
 * `experimentalDecorators`, and a function: `Public()(ControllerOfALibrary)`.
 */
export type RuleDecorator = ClassDecorator & MethodDecorator;

const DECLARED = 'mandate:declared';

/** Gets what was declared at a class or method itself; `undefined` if nothing was. */
export function getDeclared(subject: object): Declared | undefined {
  return Reflect.getOwnMetadata(DECLARED, subject) as Declared | undefined;
}

/**
 * Adds a part to what a class or method declares.
 * @throws TypeError if the part is invalid, contradicts another decorator of the same class or method, or if it
 * decorates anything but a class or an instance method.
 */
export function addDeclared(subject: object, name: string, part: Declared): void {
  const before = getDeclared(subject) ?? {};
  const twice = Object.keys(part).find((key) => key !== 'conditions' && Object.hasOwn(before, key));
  if (twice !== undefined) throw new TypeError(`${name}: two decorators declare its ${twice}`);
  const conditions = [...(before.conditions ?? []), ...(part.conditions ?? [])];
  const declared = { ...before, ...part, ...(conditions.length > 0 && { conditions }) };
  if (declared.public && Object.keys(declared).length > 1) {
    throw new TypeError(`${name}: @Public() cannot be combined with another rule`);
  }
  Reflect.defineMetadata(DECLARED, declared, subject);
}

/** @throws TypeError if the part is invalid. */
export function checkPart({ public: _, conditions, ...rule }: Declared): void {
  for (const condition of conditions ?? []) {
    if (typeof condition !== 'function') throw new TypeError('AllowIf needs a function');
  }
  compileRule({ scopes: [], ...rule });
}

/** Whether it requires anything of a principal, so that it is more than `Optional` or `AllowAnonymous`. */
export function isRequirement({ scopes, group, stepUp, conditions }: Declared): boolean {
  return [scopes, group, stepUp, conditions].some((part) => part !== undefined);
}

/** The class or the method that is decorated. */
export interface Subject {
  readonly subject: object;
  /** For messages: `Documents` or `show`. */
  readonly name: string;
}

/** @throws TypeError if anything but a class or an instance method is decorated. */
export function toSubject(target: object, key: unknown, descriptor: unknown): Subject {
  if (typeof key === 'object' && key !== null) {
    throw new TypeError(
      'the decorators of @mandate/nest are those of TypeScript, as those of Nest: set "experimentalDecorators" in the ' +
        'compiler options',
    );
  }
  if (key === undefined && typeof target === 'function') {
    return { subject: target, name: target.name };
  }
  const method = (descriptor as PropertyDescriptor | undefined)?.value as unknown;
  if (typeof target === 'function' || typeof method !== 'function') {
    throw new TypeError(`${String(key)}: a rule belongs to a controller or to one of its methods`);
  }
  return { subject: method, name: `${target.constructor.name}.${String(key)}` };
}

import type { EndpointKey } from '../endpoints/endpoint.js';
import type { GroupRule } from '../groups.js';
import type { ScopeRequirement } from '../scopes.js';

/** A method of a class, whatever it takes. */
export type AnyMethod = (...args: never[]) => unknown;

/**
 * A standard decorator of a method (TC39; TypeScript without `experimentalDecorators`). It leaves the
 * method as it is and keeps the rule beside it, for `readEndpoints`.
 *
 * Write it above decorators that replace the method: a rule below one would belong to a method that
 * nobody calls any more, and constructing the class throws a `TypeError`.
 *
 * @throws TypeError if it stands at anything but a public instance method, or says what another
 * decorator of the method contradicts.
 */
export type EndpointDecorator = (method: AnyMethod, context: ClassMethodDecoratorContext) => void;

/** What the decorators of one method say together. */
export interface Declared {
  readonly endpoint?: EndpointKey;
  readonly scopes?: ScopeRequirement;
  readonly group?: GroupRule;
  readonly anonymous?: true;
  readonly public?: true;
}

// By method: the metadata that TC39 plans for decorators is not there on every runtime.
const declaredBy = new WeakMap<WeakKey, Declared>();

/** What was declared about a method; `undefined` if it is none, or has no decorator of ours. */
export function readDeclared(method: unknown): Declared | undefined {
  return typeof method === 'function' ? declaredBy.get(method) : undefined;
}

/** Makes the decorator that adds a part to what is declared about a method. */
export function declare(part: Declared): EndpointDecorator {
  return (method, context) => {
    if (context?.kind !== 'method' || context.static || context.private) {
      throw new TypeError('an endpoint is a public instance method, with standard decorators');
    }
    const name = String(context.name);
    declaredBy.set(method, merge(declaredBy.get(method) ?? {}, part, name));
    context.addInitializer(function () {
      if (isMember(this, context.name, method)) return;
      throw new TypeError(
        `${name} was replaced: its endpoint's decorators must be the topmost ones`,
      );
    });
  };
}

function merge(before: Declared, part: Declared, name: string): Declared {
  const twice = Object.keys(part).find((key) => Object.hasOwn(before, key));
  if (twice !== undefined) throw new TypeError(`${name}: two decorators say its ${twice}`);
  const merged = { ...before, ...part };
  if (merged.public && (merged.scopes ?? merged.group ?? merged.anonymous) !== undefined) {
    throw new TypeError(`${name}: what is public has no other rule`);
  }
  return merged;
}

/** Whether a class of the object has that very method. */
function isMember(object: unknown, name: PropertyKey, method: AnyMethod): boolean {
  for (let at = object; at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.getOwnPropertyDescriptor(at, name)?.value === method) return true;
  }
  return false;
}

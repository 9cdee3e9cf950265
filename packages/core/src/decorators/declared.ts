import type { EndpointKey } from '../endpoints/endpoint.js';
import type { GroupRule } from '../groups.js';
import type { ScopeRequirement } from '../scopes.js';
import type { StepUpRule } from '../step-up-rule.js';

/** A method of a class with any parameters. */
export type AnyMethod = (...args: never[]) => unknown;

/**
 * A standard decorator of a method (TC39; TypeScript without `experimentalDecorators`). It does not change
 * the method, but remembers its rule for `collectEndpoints`.
 *
 * Write it above decorators that replace the method. Below such a decorator, the rule would belong to the
 * replaced method, so constructing the class throws a `TypeError`.
 *
 * @throws TypeError if it decorates anything but a public instance method, contradicts another decorator of the
 * method, or is compiled with `experimentalDecorators`.
 */
export type EndpointDecorator = (method: AnyMethod, context: ClassMethodDecoratorContext) => void;

/** What the decorators of one method declare together. */
export interface Declared {
  readonly endpoint?: EndpointKey;
  readonly scopes?: ScopeRequirement;
  readonly group?: GroupRule;
  readonly stepUp?: StepUpRule;
  readonly anonymous?: true;
  readonly public?: true;
}

// Keyed by method, because not every runtime has the metadata that TC39 plans for decorators.
const declaredBy = new WeakMap<WeakKey, Declared>();

/** Gets what was declared for a method; `undefined` for other values and undecorated methods. */
export function getDeclared(method: unknown): Declared | undefined {
  return typeof method === 'function' ? declaredBy.get(method) : undefined;
}

/** Makes a decorator that adds a part to the declaration of a method. */
export function declare(part: Declared): EndpointDecorator {
  return (method, context) => {
    checkStandard(context);
    if (context?.kind !== 'method' || context.static || context.private) {
      throw new TypeError('an endpoint must be a public instance method, with standard decorators');
    }
    const name = String(context.name);
    declaredBy.set(method, merge(declaredBy.get(method) ?? {}, part, name));
    context.addInitializer(function () {
      if (isMember(this, context.name, method)) return;
      throw new TypeError(
        `${name} was replaced: put the decorators of its endpoint above all others`,
      );
    });
  };
}

/** TypeScript's older decorators get the name of the method where standard ones get a context. */
function checkStandard(context: unknown): void {
  if (typeof context !== 'string' && typeof context !== 'symbol') return;
  throw new TypeError(
    `${String(context)}: decorators of endpoints are standard decorators: remove experimentalDecorators from the ` +
      'compiler options. Nest needs that option: use the decorators of @mandate/nest there',
  );
}

function merge(before: Declared, part: Declared, name: string): Declared {
  const twice = Object.keys(part).find((key) => Object.hasOwn(before, key));
  if (twice !== undefined) throw new TypeError(`${name}: two decorators declare its ${twice}`);
  const merged = { ...before, ...part };
  const { public: isPublic, endpoint: _, ...rules } = merged;
  if (isPublic && Object.keys(rules).length > 0) {
    throw new TypeError(`${name}: a public endpoint cannot have another rule`);
  }
  return merged;
}

/** Whether a class of the object has this method under that name. */
function isMember(object: unknown, name: PropertyKey, method: AnyMethod): boolean {
  for (let at = object; at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.getOwnPropertyDescriptor(at, name)?.value === method) return true;
  }
  return false;
}

import {
  compileEndpoint,
  type EndpointKey,
  type EndpointMap,
  type EndpointRule,
  type Method,
} from '../endpoints/endpoint.js';
import { type AnyMethod, type Declared, readDeclared } from './declared.js';

/** What a controller's decorators say. */
export interface ControllerEndpoints<Handler> {
  /** For `createGuard`; spread several controllers' into one. */
  readonly endpoints: EndpointMap;
  /** For the host's router: every endpoint of the map, and no other. */
  readonly handlers: readonly EndpointHandler<Handler>[];
}

/** One endpoint of a controller, for a host's router. */
export interface EndpointHandler<Handler> {
  /** The endpoint's entry in the map. */
  readonly key: EndpointKey;
  readonly method: Method;
  /** The path with its parameters as `:name`, which is how Express, Koa's router and Hono write them. */
  readonly path: string;
  /** Bound to the controller if that is an instance; the bare method of a class. */
  readonly handler: Handler;
}

/**
 * Reads the endpoints of a class with decorated methods, from an instance or from the class itself.
 * Methods that it inherits count; one that overrides a decorated method must be decorated itself.
 *
 * `Handler` is the type that your host's router takes. It is your word: nothing checks that the methods
 * have it.
 *
 * @throws TypeError if there is no endpoint, a method has an endpoint without a rule or a rule without
 * an endpoint, two methods have the same endpoint, or a rule cannot be meant.
 */
export function readEndpoints<Handler = AnyMethod>(
  controller: object,
): ControllerEndpoints<Handler> {
  const isClass = typeof controller === 'function';
  const prototype: object = isClass ? controller.prototype : Object.getPrototypeOf(controller);
  const endpoints: Record<EndpointKey, EndpointRule | 'public'> = {};
  const handlers: EndpointHandler<Handler>[] = [];
  for (const [name, methods] of listMethods(prototype)) {
    const what = `${prototype.constructor.name}.${String(name)}`;
    const declared = checkDeclared(what, methods.map(readDeclared));
    if (declared === undefined) continue;
    const { key, rule } = declared;
    const { method, path } = toRoute(key, rule);
    if (Object.hasOwn(endpoints, key)) throw new TypeError(`${what}: another method is ${key} too`);
    endpoints[key] = rule;
    const bare = methods[0] as AnyMethod;
    handlers.push({
      key,
      method,
      path,
      handler: (isClass ? bare : bare.bind(controller)) as Handler,
    });
  }
  if (handlers.length === 0) throw new TypeError(`${prototype.constructor.name} has no @endpoint`);
  return { endpoints, handlers };
}

/** The members of each name that are no accessors, the nearest first. */
function listMethods(prototype: object): ReadonlyMap<PropertyKey, readonly unknown[]> {
  const methods = new Map<PropertyKey, readonly unknown[]>();
  for (let at = prototype; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Reflect.ownKeys(at)) {
      const method = Object.getOwnPropertyDescriptor(at, name)?.value as unknown;
      methods.set(name, [...(methods.get(name) ?? []), method]);
    }
  }
  return methods;
}

function checkDeclared(
  what: string,
  [declared, ...overridden]: readonly (Declared | undefined)[],
): { key: EndpointKey; rule: EndpointRule | 'public' } | undefined {
  if (declared === undefined) {
    if (overridden.every((one) => one === undefined)) return undefined;
    throw new TypeError(`${what} overrides an endpoint and needs decorators of its own`);
  }
  const { endpoint: key, scopes, group, anonymous = false } = declared;
  if (key === undefined) throw new TypeError(`${what} has a rule, but no @endpoint`);
  if (declared.public) return { key, rule: 'public' };
  if (scopes === undefined && group === undefined && !anonymous) {
    throw new TypeError(`${what} is ${key} without a rule: requireScopes() is for any token`);
  }
  return { key, rule: { scopes: scopes ?? [], group, anonymous } };
}

/** @throws TypeError if the endpoint cannot be meant. */
function toRoute(
  key: EndpointKey,
  rule: EndpointRule | 'public',
): { method: Method; path: string } {
  const { method, segments } = compileEndpoint(key, rule);
  const path = segments.map((segment) => segment.replace(/^\{(.+)\}$/, ':$1')).join('/');
  return { method: method as Method, path: `/${path}` };
}

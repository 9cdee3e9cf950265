import { compileEndpoint } from '../endpoints/compile-endpoint.js';
import type { EndpointKey, EndpointMap, EndpointRule, Method } from '../endpoints/endpoint.js';
import { getParameter, isMixed } from '../endpoints/segment.js';
import { type AnyMethod, type Declared, getDeclared } from './declared.js';

/** The endpoints that the decorators of controllers declare. */
export interface ControllerEndpoints<Handler> {
  /** For `createGuard`. */
  readonly endpoints: EndpointMap;
  /**
   * For the host's router: exactly the endpoints of the map. Register them in this order, which puts literal
   * paths before parameters. A router that takes the first matching route then takes the route whose rule
   * the map applies.
   */
  readonly handlers: readonly EndpointHandler<Handler>[];
}

/** One endpoint of a controller, for a host's router. */
export interface EndpointHandler<Handler> {
  /** The endpoint's entry in the map. */
  readonly key: EndpointKey;
  readonly method: Method;
  /**
   * The path with parameters as `:name`, the syntax of Express, Koa's router and Hono. A last `*` stays as
   * it is, which is Hono's syntax. The other routers require a name for it (`*below`).
   */
  readonly path: string;
  /** Bound to the controller if that is an instance; the bare method of a class. */
  readonly handler: Handler;
}

/**
 * Collects the endpoints of classes with decorated methods, from instances or from the classes themselves.
 * Inherited methods count. A method that overrides a decorated method must be decorated itself.
 * Pass all controllers in one call: if you spread two maps into one, the second silently wins.
 *
 * `Handler` is the type of handlers of your host's router. Nothing checks that the methods have this type.
 *
 * @throws TypeError if a controller has no endpoint, a method has an endpoint without a rule or a rule
 * without an endpoint, two methods have the same endpoint, a rule is invalid, or the name of a
 * parameter has a hyphen, where hosts end the name.
 *
 * @example
 * class Documents {
 *   @endpoint('GET /documents/:id') @requireScopes('DOCUMENTS') show() {}
 * }
 * const { endpoints, handlers } = collectEndpoints(new Documents());
 */
export function collectEndpoints<Handler = AnyMethod>(
  ...controllers: readonly object[]
): ControllerEndpoints<Handler> {
  const endpoints: Record<EndpointKey, EndpointRule | 'public'> = {};
  const found = controllers.flatMap((controller) => collectController(controller));
  for (const { what, key, rule } of found) {
    if (Object.hasOwn(endpoints, key))
      throw new TypeError(`${what}: another method is also ${key}`);
    endpoints[key] = rule;
  }
  const handlers = found.map(({ what, key, rule, handler }) => {
    const { method, segments } = compileEndpoint(key, rule);
    const path = segments.map((segment) => toHostSegment(what, segment)).join('/');
    return { key, method: method as Method, path: `/${path}`, handler: handler as Handler };
  });
  return { endpoints, handlers: handlers.sort((a, b) => compareText(rank(a.path), rank(b.path))) };
}

function toHostSegment(what: string, segment: string): string {
  const name = getParameter(segment);
  if (isMixed(segment) || (name === undefined && segment.includes(':'))) {
    throw new TypeError(
      `${what}: each host spells "${segment}" in another way; register this endpoint without a decorator`,
    );
  }
  if (name === undefined) return segment;
  const hyphen = name.indexOf('-');
  if (hyphen === -1) return `:${name}`;
  const read = `:${name.slice(0, hyphen)} and "${name.slice(hyphen)}"`;
  throw new TypeError(
    `${what}: hosts read :${name} as ${read}; name the parameter without a hyphen`,
  );
}

/** Sorts as the endpoint map does: a literal segment before a parameter, a parameter before `*`. */
function rank(path: string): string {
  const digits = path.split('/').map((segment) => [':', '*'].indexOf(segment.charAt(0)) + 1);
  return digits.join('');
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** One decorated method. */
interface Decorated {
  /** The class and the name of the method, for messages. */
  readonly what: string;
  readonly key: EndpointKey;
  readonly rule: EndpointRule | 'public';
  readonly handler: AnyMethod;
}

function collectController(controller: object): readonly Decorated[] {
  const isClass = typeof controller === 'function';
  const prototype: object = isClass ? controller.prototype : Object.getPrototypeOf(controller);
  const decorated: Decorated[] = [];
  for (const [name, methods] of listMethods(prototype)) {
    const what = `${prototype.constructor.name}.${String(name)}`;
    const declared = checkDeclared(what, methods.map(getDeclared));
    if (declared === undefined) continue;
    const method = methods[0] as AnyMethod;
    decorated.push({ what, ...declared, handler: isClass ? method : method.bind(controller) });
  }
  if (decorated.length === 0) throw new TypeError(`${prototype.constructor.name} has no @endpoint`);
  return decorated;
}

/** Lists the values of each name along the prototype chain, nearest first; accessors as `undefined`. */
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
    throw new TypeError(`${what} overrides an endpoint and needs its own decorators`);
  }
  const { endpoint: key, public: isPublic, ...rules } = declared;
  if (key === undefined) throw new TypeError(`${what} has a rule but no @endpoint`);
  if (isPublic) return { key, rule: 'public' };
  if (Object.keys(rules).length === 0) {
    throw new TypeError(`${what} is ${key} without a rule; requireScopes() allows any token`);
  }
  // An explicit `undefined` is passed on and rejected, instead of counting as absent.
  return { key, rule: { scopes: [], anonymous: false, ...rules } };
}

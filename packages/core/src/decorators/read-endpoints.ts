import {
  compileEndpoint,
  type EndpointKey,
  type EndpointMap,
  type EndpointRule,
  getParameter,
  type Method,
} from '../endpoints/endpoint.js';
import type { GroupRule } from '../groups.js';
import { type AnyMethod, type Declared, readDeclared } from './declared.js';

/** What a controller's decorators say. */
export interface ControllerEndpoints<Handler> {
  /** For `createGuard`. */
  readonly endpoints: EndpointMap;
  /**
   * For the host's router: every endpoint of the map, and no other. Register them in this order: it
   * puts literal paths before parameters, so that a router which takes the first route that fits takes
   * the one whose rule the map applies.
   */
  readonly handlers: readonly EndpointHandler<Handler>[];
}

/** One endpoint of a controller, for a host's router. */
export interface EndpointHandler<Handler> {
  /** The endpoint's entry in the map. */
  readonly key: EndpointKey;
  readonly method: Method;
  /**
   * The path with its parameters as `:name`, which is how Express, Koa's router and Hono write them. A
   * last `*` stays as it is: that is Hono's, and the others refuse it without a name (`*below`).
   */
  readonly path: string;
  /** Bound to the controller if that is an instance; the bare method of a class. */
  readonly handler: Handler;
}

/**
 * Reads the endpoints of classes with decorated methods, from instances or from the classes themselves.
 * Methods that a class inherits count; one that overrides a decorated method must be decorated itself.
 * Read all controllers at once: of two maps spread into one, the second silently wins.
 *
 * `Handler` is the type that your host's router takes. It is your word: nothing checks that the methods
 * have it.
 *
 * @throws TypeError if a controller has no endpoint, a method has an endpoint without a rule or a rule
 * without an endpoint, two methods have the same endpoint, a rule cannot be meant, or the name of a
 * parameter has a hyphen, which hosts take for its end.
 */
export function readEndpoints<Handler = AnyMethod>(
  ...controllers: readonly object[]
): ControllerEndpoints<Handler> {
  const endpoints: Record<EndpointKey, EndpointRule | 'public'> = {};
  const found = controllers.flatMap((controller) => readController(controller));
  for (const { what, key, rule } of found) {
    if (Object.hasOwn(endpoints, key)) throw new TypeError(`${what}: another method is ${key} too`);
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
  if (name === undefined) return segment;
  const hyphen = name.indexOf('-');
  if (hyphen === -1) return `:${name}`;
  const read = `:${name.slice(0, hyphen)} and "${name.slice(hyphen)}"`;
  throw new TypeError(
    `${what}: hosts read :${name} as ${read}, so name the parameter without a hyphen`,
  );
}

/** Smaller for what the endpoint map prefers: a literal segment to a parameter, and that to `*`. */
function rank(path: string): string {
  const digits = path.split('/').map((segment) => [':', '*'].indexOf(segment.charAt(0)) + 1);
  return digits.join('');
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** One decorated method. */
interface Decorated {
  /** Its class and name, for messages. */
  readonly what: string;
  readonly key: EndpointKey;
  readonly rule: EndpointRule | 'public';
  readonly handler: AnyMethod;
}

function readController(controller: object): readonly Decorated[] {
  const isClass = typeof controller === 'function';
  const prototype: object = isClass ? controller.prototype : Object.getPrototypeOf(controller);
  const decorated: Decorated[] = [];
  for (const [name, methods] of listMethods(prototype)) {
    const what = `${prototype.constructor.name}.${String(name)}`;
    const declared = checkDeclared(what, methods.map(readDeclared));
    if (declared === undefined) continue;
    const method = methods[0] as AnyMethod;
    decorated.push({ what, ...declared, handler: isClass ? method : method.bind(controller) });
  }
  if (decorated.length === 0) throw new TypeError(`${prototype.constructor.name} has no @endpoint`);
  return decorated;
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
  const rule = { scopes: scopes ?? [], anonymous };
  // As it was given, undefined or not: then it is refused, and not taken for absent.
  const given = Object.hasOwn(declared, 'group') && { group: group as GroupRule };
  return { key, rule: { ...rule, ...given } };
}

import type { Routing } from '../auth-request.js';
import type { CompiledRule, Endpoint } from '../endpoints/endpoint.js';
import type { Guard } from '../guard.js';
import { findEndpoint, getAssumedRouting } from './endpoint-matches.js';
import { createUncertainty, type Fault } from './fault.js';
import type { RouteInTable } from './preceding.js';

/** The input of {@link findOtherMethods}. */
export interface OtherMethodsCheck {
  readonly guard: Guard;
  /** The functions behind the guard. One of them serves these entries. */
  readonly functions: readonly RouteInTable[];
  /** The names of entries that no route serves. */
  readonly servedElsewhere: ReadonlySet<string>;
  readonly paths: readonly string[];
}

/**
 * Some static servers ignore the method: with `GET /files/x/*` and `POST /*` in the map, they answer
 * `POST /files/x/a.txt` by the rule of `POST /*`.
 */
export function findOtherMethods(check: OtherMethodsCheck): readonly Fault[] {
  const [first] = check.functions;
  if (first === undefined) return [];
  const { endpoints } = check.guard.endpoints;
  const search = { ...check, routing: getAssumedRouting(first, check.guard) };
  return endpoints
    .filter(({ name }) => check.servedElsewhere.has(name))
    .flatMap((endpoint) => findOthers(endpoint, search).map((name) => describe(name, endpoint)));
}

function describe(other: string, { name }: Endpoint): Fault {
  return createUncertainty(
    `${other} over ${name}`,
    `cannot be checked: the handler of ${name} may ignore the method, and then also answers by ` +
      `the rule of ${other}`,
  );
}

/** The names of entries for other methods that match a path of the endpoint and have another rule. */
function findOthers(
  endpoint: Endpoint,
  {
    guard,
    functions,
    paths,
    routing,
  }: OtherMethodsCheck & { readonly routing: Routing | undefined },
): readonly string[] {
  const methods = new Set(guard.endpoints.endpoints.map(({ method }) => method));
  methods.delete(endpoint.method);
  const own = paths.filter(
    (path) =>
      findEndpoint(guard, { method: endpoint.method, path, routing }) === endpoint &&
      functions.some(({ entry }) => entry.matches(path)),
  );
  const others = own.flatMap((path) =>
    [...methods]
      .map((method) => findEndpoint(guard, { method, path, routing }))
      .filter((other) => other !== undefined)
      .filter((other) => !hasSameRule(other, endpoint)),
  );
  return [...new Set(others.map(({ name }) => name))];
}

/** Whether two entries allow the same requests, if neither binds a group. */
export function hasSameRule({ rule: one }: Endpoint, { rule: other }: Endpoint): boolean {
  return one === 'public' || other === 'public' ? one === other : isSame(one, other);
}

function isSame(one: CompiledRule, other: CompiledRule): boolean {
  if (one.group !== undefined || other.group !== undefined) return false;
  if (one.also !== undefined || other.also !== undefined) return false;
  return one.allowIf === other.allowIf && toText(one) === toText(other);
}

function toText({ scopes, stepUp, anonymous, optional }: CompiledRule): string {
  return JSON.stringify([
    scopes,
    stepUp?.acrValues,
    stepUp?.maxAuthAgeSeconds,
    anonymous,
    optional,
  ]);
}

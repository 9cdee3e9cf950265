/** The part of a matched route of `@koa/router` that gives its parameters. */
interface MatchedLayer {
  readonly methods: readonly string[];
  captures(path: string): readonly string[];
  params(path: string, captures: readonly string[]): Readonly<Record<string, unknown>>;
}

/** A Koa context with the properties that `@koa/router` adds. */
export interface RoutedContext {
  readonly method: string;
  readonly path: string;
  readonly newRouterPath?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly matched?: readonly MatchedLayer[];
}

/**
 * A parameter of the route. A rule on the path above (`/t/:g`) and the route itself (`/t/:h/:g`) may give one
 * name to two segments; then the result is a list of both values, because the handler sees the other one.
 */
export function getRouteParameter(ctx: RoutedContext, name: string): unknown {
  const own = getOwn(ctx.params, name);
  const path = ctx.newRouterPath || ctx.path;
  for (const layer of ctx.matched ?? []) {
    if (!layer.methods.includes(ctx.method)) continue;
    const value = getOwn(layer.params(path, layer.captures(path)), name);
    if (value !== undefined && value !== own) return [own, value];
  }
  return own;
}

function getOwn(params: RoutedContext['params'], name: string): unknown {
  return params !== undefined && Object.hasOwn(params, name) ? params[name] : undefined;
}

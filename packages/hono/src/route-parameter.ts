import type { HonoRequest } from 'hono';

/**
 * A parameter of the route. A rule on the path above (`/t/:g/*`) and the route itself (`/t/:h/:g`) may give
 * one name to two segments; then the result is a list of both values, because the handler sees the other one.
 */
export function getRouteParameter(request: HonoRequest, name: string): unknown {
  const { routeIndex, matchedRoutes } = request;
  const own = request.param(name);
  try {
    for (let i = routeIndex + 1; i < matchedRoutes.length; i++) {
      request.routeIndex = i;
      const value = request.param(name);
      if (value !== undefined && value !== own) return [own, value];
    }
    return own;
  } finally {
    request.routeIndex = routeIndex;
  }
}

import { type Guard, markGuard, type Routing } from '@mandate/core';
import { type AdapterOptions, compileAdapterOptions, guardRequest } from '@mandate/core/adapter';
import type { Context, MiddlewareHandler } from 'hono';
import { type AuthEnv, HonoRequest } from './hono-request.js';

export interface RequireAuthOptions extends AdapterOptions<Context> {
  /**
   * How the application compares paths. Default: case and a last slash matter, as in `new Hono()`. Use
   * `{ caseSensitive: true, strict: false }` for `new Hono({ strict: false })`.
   */
  readonly routing?: Routing | undefined;
  /**
   * Gets the caller's address, for tokens that are bound to addresses. Default: the address of the connection
   * on `@hono/node-server`, which is the proxy's address behind a proxy. On other runtimes there is none, and
   * such a token is rejected. Use a header such as `X-Forwarded-For` only if your own proxy sets it.
   */
  readonly remoteAddress?: ((c: Context) => string | undefined) | undefined;
}

const HONO: Routing = { caseSensitive: true, strict: true };

/**
 * Guards everything below it. An allowed request gets `c.var.auth`, a denied request is answered, and any other
 * error is thrown. Put CORS before it, because preflight requests have no token.
 * @throws TypeError if the guard or an option is invalid.
 *
 * @example
 * app.use(requireAuth(guard));
 */
export function requireAuth(
  guard: Guard,
  options: RequireAuthOptions = {},
): MiddlewareHandler<AuthEnv> {
  const settings = compileAdapterOptions(guard, options, { routing: HONO });
  const middleware: MiddlewareHandler<AuthEnv> = (c, next) =>
    guardRequest<Promise<Response | void>>(new HonoRequest(c, settings), c, next);
  return markGuard(middleware, settings);
}

import type { FetchHandler } from '@mandate/core';
import { checkFetchHandler, findGuardedRequest, isFetchMethod } from '@mandate/core/adapter';
import type { Context } from 'hono';
import { getRemoteAddress } from './hono-request.js';

/**
 * Mounts a handler of web-standard requests. Hono does not strip the mount point from the path, so a handler
 * that routes needs it as an option, such as `basePath: '/admin'`.
 * @throws TypeError if the handler is not a function.
 *
 * @example
 * app.all('/admin/*', mountFetch(async (request) => Response.json({ url: request.url })));
 */
export function mountFetch(handler: FetchHandler): (c: Context) => Promise<Response> {
  checkFetchHandler(handler);
  return async (c) => {
    if (!isFetchMethod(c.req.method)) return c.text('Not Implemented', 501);
    return handler(c.req.raw, {
      principal: findGuardedRequest(c)?.principal,
      remoteAddress: getRemoteAddress(c),
    });
  };
}

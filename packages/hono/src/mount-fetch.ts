import type { FetchHandler } from '@mandate/core';
import { checkFetchHandler, findAuthRequest, isFetchMethod } from '@mandate/core/adapter';
import type { Context } from 'hono';
import { getRemoteAddress } from './hono-request.js';

/**
 * Mounts a handler of web-standard requests: `app.all('/admin/*', mountFetch(handler))`. Hono does not
 * take the mount point away, so tell the handler: `basePath: '/admin'`.
 * @throws TypeError if the handler is no function.
 */
export function mountFetch(handler: FetchHandler): (c: Context) => Promise<Response> {
  checkFetchHandler(handler);
  return async (c) => {
    if (!isFetchMethod(c.req.method)) return c.text('Not Implemented', 501);
    return handler(c.req.raw, {
      principal: findAuthRequest(c)?.principal,
      remoteAddress: getRemoteAddress(c),
    });
  };
}

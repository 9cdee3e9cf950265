import type { FetchHandler, Principal } from '@mandate/core';
import { checkFetchHandler, isFetchMethod, readPath } from '@mandate/core/adapter';
import { readHost } from '@mandate/core/node';
import { createRequest } from '@remix-run/node-fetch-server';
import type { Context, Middleware } from 'koa';

/**
 * Mounts a handler of web-standard requests: `app.use(mount('/admin', mountFetch(handler)))` with
 * koa-mount, behind which the handler sees the path below the mount point. Put it before body parsers,
 * which leave it no body.
 * @throws TypeError if the handler is no function.
 */
export function mountFetch(handler: FetchHandler): Middleware {
  checkFetchHandler(handler);
  return async (ctx) => {
    if (!isFetchMethod(ctx.method)) {
      ctx.status = 501;
      return;
    }
    const host = readHost(ctx.req);
    if (host === undefined) return ctx.throw(400);
    const principal: Principal | undefined = ctx.state['auth'];
    const context = { principal, remoteAddress: ctx.ip, mountPath: readMountPath(ctx) };
    ctx.body = await handler(createRequest(ctx.req, ctx.res, { host }), context);
  };
}

/** koa-mount shows the mount point itself as `/`, whether or not the target ends with one. */
function readMountPath({ originalUrl, path }: Context): string {
  const target = readPath(originalUrl);
  if (target.endsWith(path)) return target.slice(0, -path.length);
  return path === '/' ? target : '';
}

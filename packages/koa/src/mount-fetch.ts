import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { FetchHandler } from '@mandate/core';
import { checkFetchHandler, findAuthRequest, isFetchMethod, toPath } from '@mandate/core/adapter';
import { getHost } from '@mandate/core/node';
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
  return async function fetchHandler(ctx) {
    if (!isFetchMethod(ctx.method)) {
      ctx.status = 501;
      return;
    }
    const host = getHost(ctx.req);
    // `http://other.example/x` and `*` name another host, or no path.
    if (host === undefined || !ctx.url.startsWith('/')) return ctx.throw(400);
    const principal = findAuthRequest(ctx)?.principal;
    const context = { principal, remoteAddress: ctx.ip, mountPath: readMountPath(ctx) };
    answer(ctx, await handler(createRequest(ctx.req, ctx.res, { host }), context));
  };
}

/**
 * As Koa does not do it for a `Response`: it makes one field line of several cookies, gives answers to
 * `HEAD` a length of its own, and sends what another library made as JSON.
 */
function answer(ctx: Context, { status, headers, body }: Response): void {
  const stream = body === null ? Readable.from([]) : Readable.fromWeb(body as ReadableStream);
  // Koa hears a fault of what it sends; one of what it does not send, to `HEAD` say, would end the process.
  stream.on('error', () => undefined);
  ctx.body = stream;
  ctx.remove('content-type');
  for (const [name, value] of headers) {
    if (name === 'set-cookie') ctx.append(name, value);
    else ctx.set(name, value);
  }
  ctx.status = status;
}

/** koa-mount shows the mount point itself as `/`, whether or not the target ends with one. */
function readMountPath({ originalUrl, path }: Context): string {
  const target = toPath(originalUrl);
  if (target.endsWith(path)) return target.slice(0, -path.length);
  return path === '/' ? target : '';
}

import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { FetchHandler } from '@mandate/core';
import {
  checkFetchHandler,
  findGuardedRequest,
  isFetchMethod,
  toPath,
} from '@mandate/core/adapter';
import { getHost } from '@mandate/core/node';
import { createRequest } from '@remix-run/node-fetch-server';
import type { Context, Middleware } from 'koa';

/**
 * Mounts a handler of web-standard requests. Behind koa-mount, the handler sees the path below the mount
 * point. Mount it before body parsers, because they consume the body.
 * @throws TypeError if the handler is not a function.
 *
 * @example
 * import mount from 'koa-mount';
 *
 * app.use(mount('/admin', mountFetch(async (request) => Response.json({ url: request.url }))));
 */
export function mountFetch(handler: FetchHandler): Middleware {
  checkFetchHandler(handler);
  return async function fetchHandler(ctx) {
    if (!isFetchMethod(ctx.method)) {
      ctx.status = 501;
      return;
    }
    const host = getHost(ctx.req);
    // Reject targets that are not paths: `http://other.example/x` names another host, and `*` names no path.
    if (host === undefined || !ctx.url.startsWith('/')) return ctx.throw(400);
    const principal = findGuardedRequest(ctx)?.principal;
    const context = { principal, remoteAddress: ctx.ip, mountPath: getMountPath(ctx) };
    answer(ctx, await handler(createRequest(ctx.req, ctx.res, { host }), context));
  };
}

/**
 * Copies the response, because Koa does not send a `Response` faithfully. Koa joins several cookies into one
 * field line, replaces the length of responses to `HEAD`, and serializes the `Response` of another library
 * as JSON.
 */
function answer(ctx: Context, { status, headers, body }: Response): void {
  const stream = body === null ? Readable.from([]) : Readable.fromWeb(body as ReadableStream);
  // Koa handles errors of bodies that it sends. For `HEAD` it sends no body, and an unhandled error would end
  // the process.
  stream.on('error', () => undefined);
  ctx.body = stream;
  ctx.remove('content-type');
  for (const [name, value] of headers) {
    if (name === 'set-cookie') ctx.append(name, value);
    else ctx.set(name, value);
  }
  ctx.status = status;
}

/** koa-mount sets the path of the mount point itself to `/`, whether or not the target ends with a slash. */
function getMountPath({ originalUrl, path }: Context): string {
  const target = toPath(originalUrl);
  if (target.endsWith(path)) return target.slice(0, -path.length);
  return path === '/' ? target : '';
}

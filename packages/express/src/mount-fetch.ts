import type { FetchHandler } from '@mandate/core';
import { checkFetchHandler, findGuardedRequest, isFetchMethod } from '@mandate/core/adapter';
import { getHost } from '@mandate/core/node';
import { createRequest, sendResponse } from '@remix-run/node-fetch-server';
import type { Request, RequestHandler, Response } from 'express';
import type { AuthHandler } from './auth-handler.js';

/**
 * Mounts a handler of web-standard requests. The handler sees the path below the mount point. Mount it before
 * body parsers, because they consume the body.
 * @throws TypeError if the handler is not a function.
 *
 * @example
 * app.use('/admin', mountFetch(async (request) => Response.json({ url: request.url })));
 */
export function mountFetch(handler: FetchHandler): AuthHandler {
  checkFetchHandler(handler);
  const fetchHandler: RequestHandler = (req, res, next) => {
    // Express 4 ignores rejected promises.
    answer(handler, req, res).catch(next);
  };
  return fetchHandler as AuthHandler;
}

async function answer(handler: FetchHandler, req: Request, res: Response): Promise<void> {
  if (!isFetchMethod(req.method)) {
    res.sendStatus(501);
    return;
  }
  const host = getHost(req);
  // Reject targets that are not paths: `http://other.example/x` names another host, and `*` names no path.
  if (host === undefined || !req.url.startsWith('/')) {
    res.sendStatus(400);
    return;
  }
  const principal = findGuardedRequest(res.locals)?.principal;
  const context = { principal, remoteAddress: req.ip, mountPath: req.baseUrl };
  await sendResponse(res, await handler(createRequest(req, res, { host }), context));
}

import type { FetchHandler } from '@mandate/core';
import { checkFetchHandler, findAuthRequest, isFetchMethod } from '@mandate/core/adapter';
import { getHost } from '@mandate/core/node';
import { createRequest, sendResponse } from '@remix-run/node-fetch-server';
import type { Request, RequestHandler, Response } from 'express';
import type { AuthHandler } from './require-auth.js';

/**
 * Mounts a handler of web-standard requests: `app.use('/admin', mountFetch(handler))`. The handler sees
 * the path below the mount point. Put it before body parsers, which leave it no body.
 * @throws TypeError if the handler is no function.
 */
export function mountFetch(handler: FetchHandler): AuthHandler {
  checkFetchHandler(handler);
  const fetchHandler: RequestHandler = (req, res, next) => {
    // Express 4 does not see a promise that is rejected.
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
  // `http://other.example/x` and `*` name another host, or no path.
  if (host === undefined || !req.url.startsWith('/')) {
    res.sendStatus(400);
    return;
  }
  const principal = findAuthRequest(res.locals)?.principal;
  const context = { principal, remoteAddress: req.ip, mountPath: req.baseUrl };
  await sendResponse(res, await handler(createRequest(req, res, { host }), context));
}

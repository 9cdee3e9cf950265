import type { FetchHandler } from '@mandate/core';
import { checkFetchHandler, isFetchMethod } from '@mandate/core/adapter';
import { readHost } from '@mandate/core/node';
import { createRequest, sendResponse } from '@remix-run/node-fetch-server';
import type { RequestHandler } from 'express';
import { findAuthRequest } from './express-request.js';

/**
 * Mounts a handler of web-standard requests: `app.use('/admin', mountFetch(handler))`. The handler sees
 * the path below the mount point. Put it before body parsers, which leave it no body.
 * @throws TypeError if the handler is no function.
 */
export function mountFetch(handler: FetchHandler): RequestHandler {
  checkFetchHandler(handler);
  return async function fetchHandler(req, res) {
    if (!isFetchMethod(req.method)) {
      res.sendStatus(501);
      return;
    }
    const host = readHost(req);
    // `http://other.example/x` and `*` name another host, or no path.
    if (host === undefined || !req.url.startsWith('/')) {
      res.sendStatus(400);
      return;
    }
    const principal = findAuthRequest(res)?.principal;
    const context = { principal, remoteAddress: req.ip, mountPath: req.baseUrl };
    const response = await handler(createRequest(req, res, { host }), context);
    await sendResponse(res, response);
  };
}

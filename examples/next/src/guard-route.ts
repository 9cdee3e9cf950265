import type { Principal } from '@mandate/core';
import { guardFetch } from '@mandate/fetch';
import type { NextRequest } from 'next/server';
import { getGuard } from './guard';
import { toOwnPath } from './to-own-path';

type Handler<P> = (
  request: NextRequest,
  principal: Principal,
  params: P,
) => Response | Promise<Response>;

/**
 * Guards a route handler by the entry of the map for its file, whatever URL led to it. `request.url` cannot decide: after
 * a rewrite it is the URL before it.
 * @param template the place of the file below `app`, such as `/api/documents/:id`.
 */
export function guardRoute<P extends object>(template: `/${string}`, handler: Handler<P>) {
  type Serve = (request: NextRequest, path: string, params: P) => Response | Promise<Response>;
  let serve: Serve | undefined;
  return async (request: NextRequest, context: { readonly params: Promise<P | undefined> }) => {
    serve ??= guardFetch(
      getGuard(),
      (incoming: NextRequest, { principal }, _path: string, params: P) =>
        handler(incoming, principal, params),
      { path: (_request, path) => path },
    );
    // A route without parameters has none at all.
    const params = (await context.params) ?? ({} as P);
    return serve(request, toOwnPath(template, params), params);
  };
}

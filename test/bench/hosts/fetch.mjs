import { serve as serveOnNode } from '@hono/node-server';
import { createKeySet } from '@mandate/core/jwt';
import { guardFetch } from '@mandate/fetch';
import { createBenchGuard, PREFIX } from '../support/policy.mjs';

const handler = (request) => {
  const { pathname } = new URL(request.url);
  return Response.json({ id: pathname.slice(PREFIX.length), title: 'A document' });
};

export const variants = {
  mandate: ({ jwksUri }) =>
    guardFetch(createBenchGuard(createKeySet({ url: jwksUri })), (request) => handler(request)),
};

/** The handler alone. */
export const idle = () => (request) => handler(request);

export function listen(fetch) {
  return new Promise((resolve) => {
    const server = serveOnNode({ fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(server));
  });
}

import { serve as serveOnNode } from '@hono/node-server';
import { createKeySet } from '@mandate/core/jwt';
import { requireAuth } from '@mandate/hono';
import { Hono } from 'hono';
import { jwk } from 'hono/jwk';
import { createFastJwt } from '../support/fast-jwt.mjs';
import { lookUp } from '../support/floor.mjs';
import { createBenchGuard, ROUTE } from '../support/policy.mjs';

function serve(...guards) {
  const app = new Hono();
  for (const guard of guards) app.use(guard);
  app.get(ROUTE, (c) => c.json({ id: c.req.param('id'), title: 'A document' }));
  return app;
}

export const variants = {
  bare: () => serve(),

  floor: () =>
    serve((c, next) => {
      c.set('auth', lookUp(c.req.header('authorization')));
      return next();
    }),

  mandate: ({ jwksUri }) => serve(requireAuth(createBenchGuard(createKeySet({ url: jwksUri })))),

  // With a jwks_uri it would fetch the keys anew for every request.
  'hono/jwk': ({ jwks, issuer, audience }) =>
    serve(jwk({ keys: jwks.keys, alg: ['RS256'], verification: { iss: issuer, aud: audience } })),

  'fast-jwt with its cache': (options) => {
    const verify = createFastJwt(options);
    return serve((c, next) => {
      c.set('auth', verify(c.req.header('authorization')));
      return next();
    });
  },
};

/** A middleware that does nothing. */
export const idle = () => serve((_c, next) => next());

export function listen(app) {
  return new Promise((resolve) => {
    const server = serveOnNode({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
      resolve(server),
    );
  });
}

import { createKeySet } from '@mandate/core/jwt';
import { requireAuth } from '@mandate/express';
import express from 'express';
import { expressjwt } from 'express-jwt';
import { auth } from 'express-oauth2-jwt-bearer';
import jwksRsa from 'jwks-rsa';
import { createFastJwt } from '../support/fast-jwt.mjs';
import { lookUp } from '../support/floor.mjs';
import { createBenchGuard, ROUTE } from '../support/policy.mjs';

/** Every variant serves the same route; they differ in what stands before it. */
function serve(...guards) {
  // As in a test, so that it logs no rejected request; nothing else depends on it here.
  const app = express().set('env', 'test');
  for (const guard of guards) app.use(guard);
  app.get(ROUTE, (req, res) => {
    res.json({ id: req.params.id, title: 'A document' });
  });
  return app;
}

export const variants = {
  bare: () => serve(),

  floor: () =>
    serve((req, _res, next) => {
      req.auth = lookUp(req.headers.authorization);
      next();
    }),

  mandate: ({ jwksUri }) => serve(requireAuth(createBenchGuard(createKeySet({ url: jwksUri })))),

  'express-oauth2-jwt-bearer': ({ jwksUri, issuer, audience }) =>
    serve(auth({ issuer, audience, jwksUri, tokenSigningAlg: 'RS256' })),

  'express-jwt + jwks-rsa': ({ jwksUri, issuer, audience }) =>
    serve(
      expressjwt({
        secret: jwksRsa.expressJwtSecret({ jwksUri, cache: true }),
        issuer,
        audience,
        algorithms: ['RS256'],
      }),
    ),

  'fast-jwt with its cache': (options) => {
    const verify = createFastJwt(options);
    return serve((req, _res, next) => {
      req.auth = verify(req.headers.authorization);
      next();
    });
  },
};

/** A middleware that does nothing. */
export const idle = () => serve((_req, _res, next) => next());

export function listen(app) {
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server));
  });
}

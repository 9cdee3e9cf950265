import { createKeySet } from '@mandate/core/jwt';
import { requireAuth } from '@mandate/koa';
import jwksRsa from 'jwks-rsa';
import Koa from 'koa';
import koaJwt from 'koa-jwt';
import { createFastJwt } from '../support/fast-jwt.mjs';
import { lookUp } from '../support/floor.mjs';
import { createBenchGuard, PREFIX } from '../support/policy.mjs';

function serve(...guards) {
  const app = new Koa();
  app.silent = true;
  for (const guard of guards) app.use(guard);
  app.use((ctx) => {
    ctx.body = { id: ctx.path.slice(PREFIX.length), title: 'A document' };
  });
  return app;
}

export const variants = {
  bare: () => serve(),

  floor: () =>
    serve((ctx, next) => {
      ctx.state.auth = lookUp(ctx.req.headers.authorization);
      return next();
    }),

  mandate: ({ jwksUri }) => serve(requireAuth(createBenchGuard(createKeySet({ url: jwksUri })))),

  'koa-jwt + jwks-rsa': ({ jwksUri, issuer, audience }) =>
    serve(
      koaJwt({
        secret: jwksRsa.koaJwtSecret({ jwksUri, cache: true }),
        issuer,
        audience,
        algorithms: ['RS256'],
      }),
    ),

  'fast-jwt with its cache': (options) => {
    const verify = createFastJwt(options);
    return serve((ctx, next) => {
      ctx.state.auth = verify(ctx.req.headers.authorization);
      return next();
    });
  },
};

/** A middleware that does nothing. */
export const idle = () => serve((_ctx, next) => next());

export function listen(app) {
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server));
  });
}

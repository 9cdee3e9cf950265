import { createKeySet } from '@mandate/core/jwt';
import { requireAuth } from '@mandate/fastify';
import Fastify from 'fastify';
import { createFastJwt } from '../support/fast-jwt.mjs';
import { lookUp } from '../support/floor.mjs';
import { createBenchGuard, PREFIX } from '../support/policy.mjs';

function serve(plugin) {
  const app = Fastify();
  app.register(plugin);
  app.get('/*', (request, reply) => {
    reply.send({ id: request.url.slice(PREFIX.length), title: 'A document' });
  });
  return app;
}

/** A plugin with one hook, in the context of the application. */
function createPlugin(hook) {
  const plugin = (instance, _options, done) => {
    instance.decorateRequest('auth', undefined);
    instance.addHook('onRequest', hook);
    done();
  };
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true });
}

export const variants = {
  // The same hook and decoration, so that the rows compare what the guards do.
  bare: () => serve(createPlugin((_request, _reply, done) => done())),

  floor: () =>
    serve(
      createPlugin((request, _reply, done) => {
        request.auth = lookUp(request.headers.authorization);
        done();
      }),
    ),

  mandate: ({ jwksUri }) => serve(requireAuth(createBenchGuard(createKeySet({ url: jwksUri })))),

  'fast-jwt with its cache': (options) => {
    const verify = createFastJwt(options);
    return serve(
      createPlugin((request, _reply, done) => {
        request.auth = verify(request.headers.authorization);
        done();
      }),
    );
  },
};

/** A hook that does nothing. */
export const idle = variants.bare;

export async function listen(app) {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server;
}

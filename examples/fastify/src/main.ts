// Mandate in a Fastify server: one policy, one plugin, handlers that know who is calling.
// npm start in its directory starts it with an issuer of its own. For another one, set ISSUER, AUDIENCE and JWKS_URI.
import { fileURLToPath } from 'node:url';
import { createGuard } from '@mandate/core';
import { createJwtVerifier, type JwtIssuer } from '@mandate/core/jwt';
import { findIssuer } from '@mandate/example-local-issuer';
import { requireAuth } from '@mandate/fastify';
import { checkRoutes, trackRoutes } from '@mandate/fastify/check-routes';
import '@mandate/fastify/typed-auth';
import Fastify, { type FastifyInstance } from 'fastify';

export async function createApp(issuer: JwtIssuer): Promise<FastifyInstance> {
  const guard = createGuard({
    verifiers: [createJwtVerifier(issuer)],
    endpoints: {
      'GET /health': 'public',
      'POST /search': { scopes: ['SEARCH'] },
      'GET /groups/:groupid/visitors': { scopes: ['PRESENCE'], group: { path: 'groupid' } },
    },
  });

  const app: FastifyInstance = Fastify();
  trackRoutes(app);
  await app.register(requireAuth(guard));
  app.get('/health', () => ({ status: 'up' }));
  app.post('/search', (request) => ({ for: request.auth.subject, results: [] }));
  app.get<{ Params: { groupid: string } }>('/groups/:groupid/visitors', (request) => ({
    for: request.auth.subject,
    group: request.params.groupid,
    visitors: [],
  }));
  await app.ready();
  checkRoutes(app);
  return app;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { PORT = '3000' } = process.env;
  const issuer = await findIssuer('scope=SEARCH', `-X POST http://127.0.0.1:${PORT}/search`);
  const app = await createApp(issuer);
  await app.listen({ port: Number(PORT), host: '127.0.0.1' });
}

// Mandate with the rules as decorators of a controller's methods: the policy and the routes come from them.
// npm start in its directory starts it with an issuer of its own. For another one, set ISSUER, AUDIENCE and JWKS_URI.
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { createGuard } from '@mandate/core';
import {
  collectEndpoints,
  endpoint,
  isPublic,
  requireGroup,
  requireScopes,
} from '@mandate/core/decorators';
import { createJwtVerifier, type JwtIssuer } from '@mandate/core/jwt';
import { findIssuer } from '@mandate/example-local-issuer';
import { type AuthEnv, requireAuth } from '@mandate/hono';
import { type Context, type Handler, Hono } from 'hono';

class Visitors {
  readonly #visitors = [{ group: '12345', name: 'Maya' }];

  @endpoint('GET /health')
  @isPublic()
  health(c: Context<AuthEnv>) {
    return c.json({ status: 'up' });
  }

  @endpoint('GET /groups/:groupid/visitors')
  @requireScopes('PRESENCE')
  @requireGroup({ path: 'groupid' })
  list(c: Context<AuthEnv>) {
    const group = c.req.param('groupid');
    const visitors = this.#visitors.filter((visitor) => visitor.group === group);
    return c.json({ for: c.var.auth.subject, group, visitors });
  }
}

export function createApp(issuer: JwtIssuer): Hono<AuthEnv> {
  const { endpoints, handlers } = collectEndpoints<Handler<AuthEnv>>(new Visitors());
  const guard = createGuard({ verifiers: [createJwtVerifier(issuer)], endpoints });

  const app = new Hono<AuthEnv>();
  app.use(requireAuth(guard));
  for (const { method, path, handler } of handlers) app.on(method, path, handler);
  return app;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { PORT = '3000' } = process.env;
  const issuer = await findIssuer(
    'scope=PRESENCE&groupid=7',
    `http://127.0.0.1:${PORT}/groups/7/visitors`,
  );
  const app = createApp(issuer);
  serve({ fetch: app.fetch, port: Number(PORT), hostname: '127.0.0.1' });
}

// Mandate without a framework: one handler of web-standard requests, which Bun, Deno and Cloudflare Workers serve.
import { createGuard } from '@mandate/core';
import { createJwtVerifier, createKeySet } from '@mandate/core/jwt';
import { type GuardFetchOptions, guardFetch } from '@mandate/fetch';

/** What a deployment sets: variables of the environment, or bindings of a Worker. */
export interface Settings {
  readonly ISSUER?: string | undefined;
  readonly AUDIENCE?: string | undefined;
  readonly JWKS_URI?: string | undefined;
}

/** @throws Error if a setting is missing. */
export function createHandler<Args extends unknown[]>(
  { ISSUER, AUDIENCE, JWKS_URI }: Settings,
  options: GuardFetchOptions<Args>,
) {
  if (!ISSUER || !AUDIENCE || !JWKS_URI) throw new Error('set ISSUER, AUDIENCE and JWKS_URI');
  const guard = createGuard({
    verifiers: [
      createJwtVerifier({
        issuer: ISSUER,
        audience: AUDIENCE,
        keys: createKeySet({ url: JWKS_URI }),
      }),
    ],
    endpoints: {
      'GET /health': 'public',
      'POST /search': { scopes: ['SEARCH'] },
      'GET /groups/:groupid/visitors': { scopes: ['PRESENCE'], group: { path: 'groupid' } },
    },
  });
  return guardFetch(
    guard,
    (request: Request, { principal }, ..._args: Args) => {
      const { pathname } = new URL(request.url);
      if (pathname === '/health') return Response.json({ status: 'up' });
      return Response.json({ for: principal.subject, at: pathname });
    },
    options,
  );
}

import type { EndpointRule, Principal } from '@mandate/core';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller. It is `undefined` where no `requireAuth` runs, because Fastify has one type for all requests. */
    auth: Principal;
  }

  interface FastifyContextConfig {
    /** The rule of the route, with `endpoints: 'by-route'`. `'public'` requires nothing. */
    auth?: EndpointRule | 'public';
  }
}

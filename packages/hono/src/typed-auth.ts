import type { Principal } from '@mandate/core';

declare module 'hono' {
  interface ContextVariableMap {
    /** Who is calling. It is `undefined` before `requireAuth`, because the type counts for all applications. */
    auth: Principal;
  }
}

import type { Principal } from '@mandate/core';

declare module 'hono' {
  interface ContextVariableMap {
    /** The caller. It is `undefined` before `requireAuth`, because the type applies to all applications. */
    auth: Principal;
  }
}

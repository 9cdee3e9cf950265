import type { Principal } from '@mandate/core';

declare module 'koa' {
  interface DefaultState {
    /** The caller. It is `undefined` before `requireAuth`, because Koa has one type for all contexts. */
    auth: Principal;
  }
}

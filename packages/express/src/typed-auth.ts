import type { Principal } from '@mandate/core';

declare global {
  namespace Express {
    interface Request {
      /** The caller. It is `undefined` before `requireAuth`, because Express has one type for all requests. */
      auth: Principal;
    }
  }
}

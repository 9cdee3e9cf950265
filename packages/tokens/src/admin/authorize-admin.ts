import type { FetchContext } from '@mandate/core';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { Admin } from '../token-authority.js';

/**
 * Who the caller is: an administrator; `'anonymous'` for a caller who is not logged in, which is answered
 * with 401; `undefined` for a caller who is logged in and not an administrator, which is answered with 403.
 */
export type AdminAccess = Admin | 'anonymous' | undefined;

/**
 * Identifies the caller of an administration request. One function serves `createTokenAdminHandler` and
 * the console.
 */
export type AuthorizeAdmin = (request: Request, context: FetchContext) => MaybePromise<AdminAccess>;

import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { Admin } from '@mandate/tokens';
import type { TokenAdminOptions } from '@mandate/tokens/admin';

/** What the host knows about a request beyond the request itself. */
export type HostContext = Parameters<TokenAdminOptions['authorizeAdmin']>[1];

/**
 * Who the caller is: an admin; `'anonymous'` if nobody is logged in, which is answered with 401; or
 * `undefined` if it is somebody else, which is answered with 403.
 */
export type Access = Admin | 'anonymous' | undefined;

/** Says who the caller is. What guards `createTokenAdminHandler` can guard the console as well. */
export type AuthorizeAdmin = (request: Request, context: HostContext) => MaybePromise<Access>;

/** Whether that is an admin: anything without a name for the audit trail is not. */
export function isAdmin(access: Access): access is Admin {
  return typeof access === 'object' && typeof access?.subject === 'string' && access.subject !== '';
}

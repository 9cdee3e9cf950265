import type { AdminAccess, AuthorizeAdmin } from '@mandate/tokens/admin';

type Admin = Exclude<AdminAccess, string | undefined>;

/** What the host knows about a request beyond the request itself. */
export type HostContext = Parameters<AuthorizeAdmin>[1];

/** Whether the caller is an administrator. Without a subject the audit trail could not name one. */
export function isAdmin(access: AdminAccess): access is Admin {
  return typeof access === 'object' && typeof access?.subject === 'string' && access.subject !== '';
}

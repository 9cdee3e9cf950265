import type { AdminAccess, AuthorizeAdmin } from '@mandate/tokens/admin';

type Admin = Exclude<AdminAccess, string | undefined>;

/** What the host knows about a request: the mount path, the principal and the remote address. */
export type HostContext = Parameters<AuthorizeAdmin>[1];

/** Whether the caller is an administrator. The audit trail needs the subject, so an empty one is rejected. */
export function isAdmin(access: AdminAccess): access is Admin {
  return typeof access === 'object' && typeof access?.subject === 'string' && access.subject !== '';
}

import { DirectoryError, type DirectoryErrorCode } from '@mandate/issuer/store';

/** What the databases say when a unique value is there already. */
export function refuseIfTaken(
  code: DirectoryErrorCode,
  message: string,
): (error: unknown) => never {
  return (error) => {
    const said = (error as { readonly code?: unknown } | undefined)?.code;
    const isTaken = said === '23505' || String(said).startsWith('SQLITE_CONSTRAINT');
    throw isTaken ? new DirectoryError(code, message) : error;
  };
}

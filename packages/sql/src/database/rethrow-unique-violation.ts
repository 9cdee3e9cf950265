import { DirectoryError, type DirectoryErrorCode } from '@mandate/issuer/store';

/** SQLSTATE `unique_violation` of PostgreSQL. */
const UNIQUE_VIOLATION = '23505';

/** Creates a handler that turns the violation of a unique constraint into a `DirectoryError`. */
export function rethrowUniqueViolation(
  code: DirectoryErrorCode,
  message: string,
): (error: unknown) => never {
  return (error) => {
    const sqlCode = (error as { readonly code?: unknown } | undefined)?.code;
    const isViolation =
      sqlCode === UNIQUE_VIOLATION || String(sqlCode).startsWith('SQLITE_CONSTRAINT');
    throw isViolation ? new DirectoryError(code, message) : error;
  };
}

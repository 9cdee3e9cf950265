export { createSqlAttemptLimiter } from './sql-attempt-limiter.js';
export { createSqlDirectory, type SqlDirectoryOptions } from './sql-directory.js';
export { createSqlSigningKeyStore } from './sql-signing-key-store.js';

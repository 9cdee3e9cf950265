export { createSqlTokenStore } from './sql-token-store.js';

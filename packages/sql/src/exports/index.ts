export { createSqlExportStore } from './sql-export-store.js';

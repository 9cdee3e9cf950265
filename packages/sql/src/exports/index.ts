export { createSqlExportStore } from './sql-export-store.js';
export type {
  KyselyTransaction,
  PostgresTransactionClient,
  SqlTransaction,
} from './sql-transaction.js';

export type { StoreTest } from '@mandate/internal/store-tests';
export { createExportStoreTests, type ExportStoreTestsOptions } from './export-store-tests.js';

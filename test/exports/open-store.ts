import { createMemoryExportStore, type ExportStore } from '@mandate/exports';

/** A way to get an empty store, gone with the test. */
export type OpenStore = () => Promise<ExportStore>;

/** Every kind of store there is. */
export function listStores(): readonly (readonly [string, OpenStore])[] {
  return [['memory', async () => createMemoryExportStore()]];
}

import { test } from 'node:test';
import { createMemoryExportStore } from '@mandate/exports';
import { createExportStoreTests } from '@mandate/exports/testing';

for (const { name, run } of createExportStoreTests({ open: () => createMemoryExportStore() })) {
  test(name, run);
}

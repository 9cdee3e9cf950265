import * as exporting from '@mandate/exports';
import * as testing from '@mandate/exports/testing';
import { describeUnknownOptions } from '../support/unknown-options.js';

const options = {
  store: exporting.createMemoryExportStore(),
  keys: [new Uint8Array(32)],
  callbackUrl: 'https://app.example.com/exports/callback',
};
const { createMemoryExportStore: open } = exporting;

describeUnknownOptions([exporting, testing], {
  createExports: (unknown) => exporting.createExports({ ...options, ...unknown }),
  createConnections: (unknown) => exporting.createConnections({ ...options, ...unknown }),
  createMemoryExportStore: 'takes no options',
  createExportStoreTests: (unknown) => testing.createExportStoreTests({ open, ...unknown }),
});

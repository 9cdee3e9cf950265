import * as exporting from '@mandate/exports';
import { describeUnknownOptions } from '../support/unknown-options.js';

const options = {
  store: exporting.createMemoryExportStore(),
  keys: [new Uint8Array(32)],
  callbackUrl: 'https://app.example.com/exports/callback',
};

describeUnknownOptions([exporting], {
  createExports: (unknown) => exporting.createExports({ ...options, ...unknown }),
  createConnections: (unknown) => exporting.createConnections({ ...options, ...unknown }),
  createMemoryExportStore: 'takes no options',
});

import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions } from '@mandate/internal/check-options';
import {
  type StoreTest,
  type StoreTestsOptions,
  toStoreTests,
} from '@mandate/internal/store-tests';
import type { ExportStore } from '../store/export-store.js';
import { CLAIM_TESTS } from './claim-tests.js';
import { CONNECTION_TESTS } from './connection-tests.js';
import { CORRECTION_TESTS } from './correction-tests.js';
import { COUNT_TESTS } from './count-tests.js';
import { INSERT_TESTS } from './insert-tests.js';
import { LIST_TESTS } from './list-tests.js';
import { LOGIN_TESTS } from './login-tests.js';
import { ORDER_TESTS } from './order-tests.js';
import { REMOVE_TESTS } from './remove-tests.js';
import { REPLAY_TESTS } from './replay-tests.js';
import { SETTLE_TESTS } from './settle-tests.js';

/** How {@link createExportStoreTests} gets a store. */
export interface ExportStoreTestsOptions extends StoreTestsOptions<ExportStore> {
  /** Returns an empty store. It is called once per test. */
  readonly open: () => Promise<ExportStore> | ExportStore;
  /** Called after each test, also after a failed one. Omit it if the store needs no clean-up. */
  readonly close?: ((store: ExportStore) => Promise<void> | void) | undefined;
}

/**
 * Makes the tests that every {@link ExportStore} must pass. They use no test runner: a failed test
 * rejects with an `AssertionError` of `node:assert`.
 *
 * @throws TypeError if an option is unknown or not a function.
 *
 * @example
 * import { test } from 'node:test';
 *
 * // With vitest, import `test` from there.
 * const tests = createExportStoreTests({ open: () => createMemoryExportStore() });
 * for (const { name, run } of tests) test(name, run);
 */
export function createExportStoreTests(options: ExportStoreTestsOptions): readonly StoreTest[] {
  checkOptions<ExportStoreTestsOptions>('createExportStoreTests', options, {
    open: true,
    close: true,
  });
  // Plain JavaScript may omit it.
  if (options.open === undefined) {
    throw new TypeError('createExportStoreTests: open must be a function');
  }
  checkFunctions('createExportStoreTests', options, ['open', 'close']);
  return toStoreTests(GROUPS, options);
}

const GROUPS = [
  CONNECTION_TESTS,
  LOGIN_TESTS,
  INSERT_TESTS,
  CORRECTION_TESTS,
  CLAIM_TESTS,
  ORDER_TESTS,
  SETTLE_TESTS,
  REPLAY_TESTS,
  LIST_TESTS,
  COUNT_TESTS,
  REMOVE_TESTS,
];

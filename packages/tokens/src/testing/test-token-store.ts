import { checkOptions } from '@mandate/internal/check-options';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { TokenStore } from '../store/token-store.js';
import { CHANGE_TESTS } from './change-tests.js';
import type { ContractTests } from './contract-tests.js';
import { LAST_USE_TESTS } from './last-use-tests.js';
import { LIST_TESTS } from './list-tests.js';
import { LISTENER_TESTS } from './listener-tests.js';
import { LOOKUP_TESTS } from './lookup-tests.js';
import { ORDER_TESTS } from './order-tests.js';

export interface TokenStoreTestOptions {
  /** The `describe` of your test runner: vitest, jest or node:test. */
  readonly describe: (name: string, define: () => void) => unknown;
  /** The `test` of your test runner. */
  readonly test: (name: string, run: () => Promise<void>) => unknown;
  /** Opens an empty store. Called once for each test, inside of the test. */
  readonly openStore: () => MaybePromise<TokenStore>;
  /** Closes the store of a test, whether the test passes or fails. Default: does nothing. */
  readonly closeStore?: ((store: TokenStore) => MaybePromise<void>) | undefined;
  /** The name of the group of tests. Default `token store`. */
  readonly name?: string | undefined;
}

const GROUPS: Readonly<Record<string, ContractTests>> = {
  'looking up': LOOKUP_TESTS,
  listing: LIST_TESTS,
  sorting: ORDER_TESTS,
  changing: CHANGE_TESTS,
  'storing the last use': LAST_USE_TESTS,
  notifying: LISTENER_TESTS,
};

/**
 * Defines the tests that every {@link TokenStore} must pass. They use `node:assert`, so they run in any test
 * runner.
 *
 * They cannot test durability, or notifications between processes: test both for your store by yourself.
 *
 * @throws TypeError if a required option is not a function, or an option is unknown.
 *
 * @example
 * import { describe, test } from 'node:test';
 * testTokenStore({ describe, test, openStore: () => createMemoryTokenStore() });
 */
export function testTokenStore(options: TokenStoreTestOptions): void {
  checkOptions<TokenStoreTestOptions>('testTokenStore', options, {
    describe: true,
    test: true,
    openStore: true,
    closeStore: true,
    name: true,
  });
  const { describe, test, openStore, closeStore, name = 'token store' } = options;
  for (const required of ['describe', 'test', 'openStore'] as const) {
    if (typeof options[required] === 'function') continue;
    throw new TypeError(`testTokenStore: ${required} must be a function`);
  }
  const defineGroup = (tests: ContractTests) => {
    for (const [title, run] of Object.entries(tests)) {
      test(title, async () => {
        const store = await openStore();
        try {
          await run(store);
        } finally {
          await closeStore?.(store);
        }
      });
    }
  };
  describe(name, () => {
    for (const [group, tests] of Object.entries(GROUPS)) describe(group, () => defineGroup(tests));
  });
}

/** A test of a store's contract, for any test runner. */
export interface StoreTest {
  readonly name: string;
  /** Opens a store, runs the test and closes the store. It rejects if the store breaks the contract. */
  run(): Promise<void>;
}

/** How the tests get a store. */
export interface StoreTestsOptions<Store> {
  /** Returns an empty store. It is called once per test. */
  readonly open: () => Promise<Store> | Store;
  /** Called after each test, also after a failed one. Omit it if the store needs no clean-up. */
  readonly close?: ((store: Store) => Promise<void> | void) | undefined;
}

/** Tests of one subject, by what they expect. */
export type StoreTestGroup<Store> = ReadonlyMap<string, (store: Store) => Promise<void>>;

/**
 * Makes a group of tests that share a preparation.
 *
 * @param prepare runs before each test and returns what the test works with.
 * @param tests the tests, by the end of a sentence that begins with `subject`.
 */
export function createTestGroup<Store, Context>(
  subject: string,
  prepare: (store: Store) => Promise<Context> | Context,
  tests: Readonly<Record<string, (context: Context) => Promise<void>>>,
): StoreTestGroup<Store> {
  return new Map(
    Object.entries(tests).map(([name, test]) => [
      `${subject} ${name}`,
      async (store: Store) => test(await prepare(store)),
    ]),
  );
}

/** Makes the tests of all groups, each with a store of its own. */
export function toStoreTests<Store>(
  groups: readonly StoreTestGroup<Store>[],
  { open, close }: StoreTestsOptions<Store>,
): readonly StoreTest[] {
  return groups
    .flatMap((group) => [...group])
    .map(([name, test]) => ({
      name,
      async run() {
        const store = await open();
        try {
          await test(store);
        } finally {
          await close?.(store);
        }
      },
    }));
}

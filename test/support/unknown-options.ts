import { describe, expect, test } from 'vitest';

/** Calls a function with the given unknown option where an option is expected. */
export type CallWith = (unknown: object) => unknown;

/** The functions of a module that make or open something. */
function listFactories(module: object): readonly string[] {
  return Object.entries(module)
    .filter(([name, value]) => /^(create|open)[A-Z]/.test(name) && typeof value === 'function')
    .map(([name]) => name)
    .sort();
}

/**
 * Tests that every `create…` and `open…` of a package rejects an option that does not exist. The list
 * comes from the package's exports, so a new function cannot be forgotten.
 */
export function describeUnknownOptions(
  modules: readonly object[],
  calls: Readonly<Record<string, CallWith | 'takes no options'>>,
): void {
  describe('an option that does not exist', () => {
    test('is tried with every function that takes options', () => {
      const tested = new Set(Object.keys(calls).map((name) => name.split(':')[0]));
      for (const name of modules.flatMap(listFactories)) expect(tested).toContain(name);
    });

    for (const [name, call] of Object.entries(calls)) {
      if (call === 'takes no options') continue;
      test(`is rejected by ${name}`, async () => {
        await expect((async () => call({ surprise: 1 }))()).rejects.toThrow(
          expect.objectContaining({
            name: 'TypeError',
            message: expect.stringContaining('unknown option "surprise" in '),
          }),
        );
      });
    }
  });
}

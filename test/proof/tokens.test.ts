import { expect, test } from 'vitest';
import { judgeTokens } from './tokens.mjs';

/** The long form is `node test/proof/main.mjs tokens`. */
test('no mutated token is a fault, or gets an answer from jose or fast-jwt that has no reason', async () => {
  const result = await judgeTokens({ count: 20_000, seed: 1 });
  expect(result.faults).toEqual([]);
  expect(result.unexplained).toEqual([]);
  // Otherwise the mutations would hide that nothing is accepted any more.
  expect(result.allowed).toBeGreaterThan(5_000);
});

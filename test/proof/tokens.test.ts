import { expect, test } from 'vitest';
import { judgeTokens } from './tokens.mjs';

/** The long form is `node test/proof/main.mjs tokens`. */
test.each(['HS256', 'at+jwt'] as const)(
  'no mutated token (%s) is a fault, or gets an answer from another library that has no reason',
  async (profile) => {
    const result = await judgeTokens({ profile, count: 4_000, seed: 1 });
    expect(result.faults).toEqual([]);
    expect(result.unexplained).toEqual([]);
    // Otherwise the mutations would hide that nothing is accepted any more.
    expect(result.allowed).toBeGreaterThan(1_000);
  },
);

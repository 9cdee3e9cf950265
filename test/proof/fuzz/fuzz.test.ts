import { expect, test } from 'vitest';
import { runFuzz } from './run-fuzz.mjs';
import { TARGETS } from './targets.mjs';

/** The outcomes that each target has to reach, or the mutations would hide that nothing gets through. */
const GOOD = {
  headers: ['allowed', 'act_as_unknown'],
  paths: ['allowed', 'path_ambiguous', 'scope_required'],
  bodies: ['allowed', 'group_conflict', 'group_mismatch'],
  keySets: ['allowed', 'token_invalid', 'verifier_unavailable'],
  localKeySets: ['created', 'TypeError'],
  originLists: ['granted', 'invalid'],
  soapEnvelopes: ['200', '500'],
  serviceBodies: ['/authorize 200', '/tokens 201', '/tokens 400'],
  tokenAnswers: ['authorized', 'client_rejected', 'provider_unavailable'],
};

test('each target is named here', () => {
  expect(Object.keys(TARGETS).sort()).toEqual(Object.keys(GOOD).sort());
});

/** The long form is `node test/proof/main.mjs fuzz`. */
test.each(Object.entries(GOOD))('%s meet only typed refusals', async (name, outcomes) => {
  const target = TARGETS[name];
  if (target === undefined) throw new Error(`there is no target ${name}`);
  const count = name === 'tokenAnswers' ? 400 : 2_000;
  const result = await runFuzz(target, { count, seed: 1 });
  expect(result.faults).toEqual([]);
  expect(Object.keys(result.outcomes)).toEqual(expect.arrayContaining(outcomes));
});

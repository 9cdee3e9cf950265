// The long forms of the proofs, on the built packages: `npm run build`, then `node test/proof/main.mjs NAME …`.
import { runFuzz } from './fuzz/run-fuzz.mjs';
import { TARGETS } from './fuzz/targets.mjs';
import { judgeTokens, MAX_STALL_MS } from './tokens.mjs';

const toSeed = (seed) => (seed === undefined ? Date.now() % 2 ** 32 : Number(seed));

/** Shares of the inputs: what decides each request gets most, and what waits for a network least. */
const SHARES = {
  ...{ headers: 0.3, paths: 0.3, bodies: 0.15, originLists: 0.15 },
  ...{ localKeySets: 0.04, keySets: 0.03, serviceBodies: 0.015, soapEnvelopes: 0.01 },
  tokenAnswers: 0.005,
};

const PROOFS = {
  /** `tokens [count] [seed] [profile]` */
  async tokens(count = 1_000_000, seed = undefined, profile = 'HS256') {
    const options = { count: Number(count), seed: toSeed(seed), profile };
    const { faults, unexplained, ...result } = await judgeTokens(options);
    console.log(JSON.stringify(result, undefined, 2));
    console.log({ faults: faults.slice(0, 20), unexplained: unexplained.slice(0, 20) });
    return faults.length === 0 && unexplained.length === 0 && result.longestMs < MAX_STALL_MS;
  },

  /** `fuzz [count] [seed] [target]`: without a target, the count is shared among all. */
  async fuzz(count = 9_000_000, seed = undefined, target = undefined) {
    const names = target === undefined ? Object.keys(TARGETS) : [target];
    let isProven = true;
    for (const name of names) {
      const share = target === undefined ? SHARES[name] : 1;
      const options = { count: Math.ceil(Number(count) * share), seed: toSeed(seed) };
      const { faults, longest, ...result } = await runFuzz(TARGETS[name], options);
      console.log(name, JSON.stringify(result));
      for (const fault of faults.slice(0, 5)) console.log(fault);
      if (result.longestMs >= MAX_STALL_MS) console.log('the longest', longest);
      isProven &&= faults.length === 0 && result.longestMs < MAX_STALL_MS;
    }
    return isProven;
  },
};

const [name, ...parameters] = process.argv.slice(2);
const prove = PROOFS[name];
if (prove === undefined) throw new Error(`name one of ${Object.keys(PROOFS).join(', ')}`);
const isProven = await prove(...parameters);
console.log(isProven ? 'proven' : 'not proven');
process.exitCode = isProven ? 0 : 1;

// The long forms of the proofs, on the built packages: `npm run build`, then `node test/proof/main.mjs tokens [count] [seed]`.
import { judgeTokens, MAX_STALL_MS } from './tokens.mjs';

const PROOFS = {
  tokens: async (count = 1_000_000, seed = Date.now() % 2 ** 32) => {
    const { faults, unexplained, ...result } = await judgeTokens({ count, seed });
    console.log(JSON.stringify(result, undefined, 2));
    console.log({ faults: faults.slice(0, 20), unexplained: unexplained.slice(0, 20) });
    return faults.length === 0 && unexplained.length === 0 && result.longestMs < MAX_STALL_MS;
  },
};

const [name, ...numbers] = process.argv.slice(2);
const prove = PROOFS[name];
if (prove === undefined) throw new Error(`name one of ${Object.keys(PROOFS).join(', ')}`);
const isProven = await prove(...numbers.map(Number));
console.log(isProven ? 'proven' : 'not proven');
process.exitCode = isProven ? 0 : 1;

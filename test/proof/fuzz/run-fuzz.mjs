import { createRandom } from '../random.mjs';

/** No input may keep the event loop longer. */
export const MAX_STALL_MS = 20;

/**
 * Gives a target `count` inputs. A target is made of `generate(random)` and `run(input)`, which returns the name of the
 * outcome, and throws for everything that is a fault.
 *
 * @returns how often each outcome came, the faults with their inputs, and the longest run.
 */
export async function runFuzz(target, { count, seed }) {
  const random = createRandom(seed);
  const { generate, run, close } = await target();
  const result = { count, seed, outcomes: {}, faults: [], longestMs: 0, longest: undefined };
  for (let i = 0; i < count; i++) {
    const input = generate(random);
    try {
      const { outcome, ms } = await time(run, input);
      result.outcomes[outcome] = (result.outcomes[outcome] ?? 0) + 1;
      if (ms > result.longestMs) Object.assign(result, { longestMs: ms, longest: input });
    } catch (fault) {
      result.faults.push({ input, fault: String(fault?.stack ?? fault) });
    }
    // Work in the background, such as fetches, gets its turn.
    if (i % 256 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await close?.();
  return result;
}

/**
 * Measures processor time, because a busy machine does not change it. A slow run is repeated: what the input causes is
 * slow each time, and the collection of garbage is not.
 */
async function time(run, input) {
  let ms = Number.POSITIVE_INFINITY;
  let outcome;
  for (let i = 0; i < 4 && ms >= MAX_STALL_MS; i++) {
    const before = process.cpuUsage();
    outcome = await run(input);
    const { user, system } = process.cpuUsage(before);
    ms = Math.min(ms, (user + system) / 1000);
  }
  return { outcome, ms };
}

/**
 * Measures variants in turn, A B C B C A C A B …, so that whatever else the machine does hits all of
 * them alike, and only the numbers of one turn are compared with each other.
 *
 * @param variants functions that run one slice and return what an operation cost.
 * @returns for each variant its costs, turn by turn.
 */
export async function interleave(variants, turns) {
  const names = Object.keys(variants);
  const costs = Object.fromEntries(names.map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(turn + i) % names.length];
      costs[name][turn] = await variants[name]();
    }
  }
  return costs;
}

/** The median over all turns of one cost divided by the other. */
export function ratio(costs, others) {
  return median(costs.map((cost, turn) => cost / others[turn]));
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Microseconds of CPU time that a call of `work` takes, of `count` calls with 0, 1, 2 … */
export function cpuPerCall(work, count) {
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) work(i);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

/** Every property that some member of a union has. */
type AnyKey<T> = T extends unknown ? keyof T : never;

/** Each property of `T`, so that the compiler notices a missing or surplus name. */
export type OptionNames<T> = Readonly<Record<AnyKey<T> & string, true>>;

/**
 * Rejects unknown options: a misspelt one would be ignored, and the check it stands for would be off.
 *
 * @param owner the function or object that takes the options, for the message.
 * @throws TypeError if `options` is not an object, or has a property that `allowed` does not name.
 *
 * @example
 * checkOptions<TimerOptions>('createTimer', options, { timeoutMs: true, onEnd: true });
 */
export function checkOptions<T extends object>(
  owner: string,
  options: T,
  allowed: OptionNames<T>,
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`${owner}: options must be an object`);
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(allowed, name)) throw unknownOption(owner, name, Object.keys(allowed));
  }
}

function unknownOption(owner: string, name: string, allowed: readonly string[]): TypeError {
  const nearest = findNearest(name, allowed);
  const hint =
    nearest === undefined ? `allowed: ${allowed.join(', ')}` : `did you mean "${nearest}"?`;
  return new TypeError(`unknown option "${name}" in ${owner}; ${hint}`);
}

/** The allowed name that a misspelt or shortened one most likely stands for. */
function findNearest(name: string, allowed: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const distances = allowed.map((candidate) => measureDistance(wanted, candidate.toLowerCase()));
  const smallest = Math.min(...distances);
  if (smallest <= Math.max(2, Math.floor(name.length / 3))) {
    return allowed[distances.indexOf(smallest)];
  }
  return allowed.find((candidate) => {
    const lower = candidate.toLowerCase();
    return wanted.length > 3 && (lower.includes(wanted) || wanted.includes(lower));
  });
}

/** The Levenshtein distance: how many characters must be inserted, deleted or replaced. */
function measureDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const current = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const deleted = (previous[j] ?? 0) + 1;
      const inserted = (current[j - 1] ?? 0) + 1;
      current.push(Math.min(replaced, deleted, inserted));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}

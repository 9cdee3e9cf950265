import type { OptionNames } from '@mandate/internal/check-options';

/**
 * Rejects unknown options, like the server packages. The message lists the allowed names instead of
 * the nearest one, to keep scripts for pages small.
 *
 * @throws TypeError naming the option.
 */
export function checkOptions<T extends object>(
  owner: string,
  options: T,
  allowed: OptionNames<T>,
): void {
  const names = Object.keys(allowed);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`unknown option "${unknown}" in ${owner}; allowed: ${names.join(', ')}`);
}

import type { OptionNames } from '@mandate/internal/check-options';

/**
 * Rejects unknown options, as the servers' packages do. It lists the allowed names instead of looking for
 * the nearest one, because scripts for pages must stay small.
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

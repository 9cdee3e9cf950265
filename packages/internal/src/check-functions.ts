/**
 * Rejects options that must be functions and are not. Otherwise the first request would find out.
 *
 * @param owner the function or object that takes the options, for the message.
 * @throws TypeError naming the option.
 *
 * @example
 * checkFunctions('createTimer', options, ['onEnd', 'now']);
 */
export function checkFunctions<T extends object>(
  owner: string,
  options: T,
  names: readonly (keyof T & string)[],
): void {
  for (const name of names) {
    const option = options[name];
    if (option === undefined || typeof option === 'function') continue;
    throw new TypeError(`${owner}: ${name} must be a function`);
  }
}

/**
 * Refuses options that must be functions and are not: some request would be the first to find out.
 * @throws TypeError naming the option.
 */
export function checkFunctions(options: object, names: readonly string[]): void {
  for (const name of names) {
    const option = (options as Readonly<Record<string, unknown>>)[name];
    if (option === undefined || typeof option === 'function') continue;
    throw new TypeError(`${name} must be a function`);
  }
}

/**
 * Rejects an option that must be a function and is not. Otherwise the first request would find out.
 *
 * @param owner the function that takes the option, for the message.
 * @throws TypeError naming the option.
 */
export function checkFunction(owner: string, name: string, option: unknown): void {
  if (option === undefined || typeof option === 'function') return;
  throw new TypeError(`${owner}: ${name} must be a function`);
}

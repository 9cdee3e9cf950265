/**
 * Throws in production, because what `owner` makes lets callers in without a token that a real issuer signed.
 * @throws TypeError if `NODE_ENV` is `production`.
 */
export function checkNotProduction(owner: string): void {
  if (process.env['NODE_ENV'] !== 'production') return;
  throw new TypeError(`${owner} is for tests, and NODE_ENV is "production"`);
}

import type { StoredConnection } from '../store/stored-connection.js';
import type { SecretBox } from './secret-box.js';
import { toTokensContext } from './secret-context.js';

/** The tokens of a grant. Times are Unix milliseconds. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** The origin of the API for this grant (Salesforce's `instance_url`). */
  readonly instanceUrl: string | undefined;
  /** When to refresh the access token before it expires; `undefined` if its lifetime is unknown. */
  readonly renewAtMs: number | undefined;
  readonly expiresAtMs: number | undefined;
}

export function sealTokens(
  box: SecretBox,
  connection: StoredConnection,
  tokens: Tokens,
): Promise<string> {
  return box.seal(JSON.stringify(tokens), toTokensContext(connection));
}

/** @throws Error if the tokens cannot be opened. */
export async function openTokens(
  box: SecretBox,
  connection: StoredConnection,
): Promise<Tokens | undefined> {
  const { sealedTokens } = connection;
  return sealedTokens && JSON.parse(await box.open(sealedTokens, toTokensContext(connection)));
}

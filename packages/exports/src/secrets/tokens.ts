import type { StoredConnection } from '../store/export-store.js';
import { toTokensContext } from './sealed-for.js';
import type { SecretBox } from './secret-box.js';

/** What a grant consists of. Times are Unix milliseconds. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly instanceUrl: string | undefined;
  /** When the access token should be renewed without having been refused; `undefined`: nobody knows. */
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

/** @throws Error if they cannot be opened. */
export async function openTokens(
  box: SecretBox,
  connection: StoredConnection,
): Promise<Tokens | undefined> {
  const { sealedTokens } = connection;
  return sealedTokens && JSON.parse(await box.open(sealedTokens, toTokensContext(connection)));
}

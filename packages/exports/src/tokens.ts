import type { AccessToken } from './access-tokens.js';
import type { StoredConnection } from './export-store.js';
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

const toContext = (id: string): string => `tokens of ${id}`;

export function sealTokens(box: SecretBox, id: string, tokens: Tokens): Promise<string> {
  return box.seal(JSON.stringify(tokens), toContext(id));
}

/** @throws Error if they cannot be opened. */
export async function openTokens(
  box: SecretBox,
  { id, sealedTokens }: StoredConnection,
): Promise<Tokens | undefined> {
  return sealedTokens && JSON.parse(await box.open(sealedTokens, toContext(id)));
}

export function toAccessToken({ accessToken, instanceUrl }: Tokens): AccessToken {
  return { token: accessToken, instanceUrl };
}

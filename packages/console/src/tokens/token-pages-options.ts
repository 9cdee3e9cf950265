import type { TokenAuthority } from '@mandate/tokens';

/** The pages for issued API tokens. */
export interface TokenPagesOptions {
  /** Made by `createTokenAuthority`. It creates, lists, rotates and revokes the tokens. */
  readonly authority: TokenAuthority;
  /**
   * The scopes to choose from, each with what it allows: `{ SEARCH: 'Search queries' }`. Give the
   * authority the same scopes. Default: a text field.
   */
  readonly scopes?: Readonly<Record<string, string>> | undefined;
}

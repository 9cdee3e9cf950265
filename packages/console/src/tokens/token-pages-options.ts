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
  /**
   * The groups to choose from, each with what it means: `{ support: 'Cases of customers' }`. Give the authority the
   * same groups. Default: new tokens have no groups.
   */
  readonly groups?: Readonly<Record<string, string>> | undefined;
}

import type { TokenAuthority } from '@mandate/tokens';

/** The pages of issued API tokens. */
export interface TokenPagesOptions {
  readonly authority: TokenAuthority;
  /**
   * The scopes to choose from, each with what it allows: `{ SEARCH: 'Search queries' }`. Give the
   * authority the same. Default: scopes are typed.
   */
  readonly scopes?: Readonly<Record<string, string>> | undefined;
}

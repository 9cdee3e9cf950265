/**
 * Why the authority rejected a request. `outcome_unknown`: the connection to the database was lost while a change was
 * committed, so it may have happened. Revoking again is safe. After `create` or `rotate`, look the token up by its
 * creator and time: a secret that was not returned is lost, so revoke that token or rotate it again.
 */
export type TokenAuthorityErrorCode =
  | 'invalid'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'outcome_unknown';

/** One fault of a new token. */
export interface TokenIssue {
  /** The member that is invalid: `userEmail`, `scopes.0`. Empty for the token as a whole. */
  readonly path: string;
  readonly message: string;
}

/**
 * Thrown if the authority rejects a request. The message is for the administrator and holds no secret.
 *
 * @example
 * const getIssues = (error: unknown) =>
 *   error instanceof TokenAuthorityError ? error.issues : [];
 */
export class TokenAuthorityError extends Error {
  override readonly name = 'TokenAuthorityError';
  readonly code: TokenAuthorityErrorCode;
  /** Every fault of a new token, for the code `invalid`. Empty if the fault has no member. */
  readonly issues: readonly TokenIssue[];

  constructor(code: TokenAuthorityErrorCode, message: string, issues: readonly TokenIssue[] = []) {
    super(message);
    this.code = code;
    this.issues = issues;
  }
}

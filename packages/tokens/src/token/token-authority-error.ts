/** Why the authority rejected a request. */
export type TokenAuthorityErrorCode = 'invalid' | 'forbidden' | 'not_found' | 'conflict';

/** One fault of a new token. */
export interface TokenIssue {
  /** The member that is invalid: `userEmail`, `scopes.0`. Empty for the token as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Thrown if the authority rejects a request. The message is for the administrator and holds no secret. */
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

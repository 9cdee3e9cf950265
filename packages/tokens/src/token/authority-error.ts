/** Why the authority refused. */
export type TokenAuthorityErrorCode = 'invalid' | 'forbidden' | 'not_found' | 'conflict';

/** One thing that is wrong with a new token: which member, and what about it. */
export interface TokenIssue {
  /** `userEmail`; empty for the whole of it. */
  readonly path: string;
  readonly message: string;
}

/** A refusal of the token authority. Its message is meant for the admin; it holds no secret. */
export class TokenAuthorityError extends Error {
  override readonly name = 'TokenAuthorityError';
  readonly code: TokenAuthorityErrorCode;
  /** Everything that is wrong, where it can be told apart. */
  readonly issues: readonly TokenIssue[];

  constructor(code: TokenAuthorityErrorCode, message: string, issues: readonly TokenIssue[] = []) {
    super(message);
    this.code = code;
    this.issues = issues;
  }
}

/** Why the authority refused. */
export type TokenAuthorityErrorCode = 'invalid' | 'forbidden' | 'not_found' | 'conflict';

/** A refusal of the token authority. Its message is meant for the admin; it holds no secret. */
export class TokenAuthorityError extends Error {
  override readonly name = 'TokenAuthorityError';
  readonly code: TokenAuthorityErrorCode;

  constructor(code: TokenAuthorityErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** `invalid`: the input has faults. `not_found`: unknown id. `conflict`: not possible in this state. */
export type ExportErrorCode = 'invalid' | 'not_found' | 'conflict';

/** One fault of an input. It never repeats the value, which may be a secret. */
export interface ExportIssue {
  /** The member, as names joined by dots: `destination.url`; empty for the input as a whole. */
  readonly path: string;
  readonly message: string;
}

/**
 * A rejected call. Its message is meant for the administrator or the caller; it holds no secret.
 *
 * @example
 * const toStatus = (error: unknown) =>
 *   error instanceof ExportError && error.code === 'not_found' ? 404 : 500;
 */
export class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly code: ExportErrorCode;
  /** Every fault of the input, if the code is `invalid`. */
  readonly issues: readonly ExportIssue[];

  constructor(code: ExportErrorCode, message: string, issues: readonly ExportIssue[] = []) {
    super(message);
    this.code = code;
    this.issues = issues;
  }
}

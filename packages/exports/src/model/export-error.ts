export type ExportErrorCode = 'invalid' | 'not_found' | 'conflict';

/** One thing that is wrong with an input: which member, and what about it. */
export interface ExportIssue {
  /** Members joined by dots: `destination.url`; empty for the whole of it. */
  readonly path: string;
  readonly message: string;
}

/** A refusal. Its message is meant for the administrator or the caller; it holds no secret. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly code: ExportErrorCode;
  /** Everything that is wrong, where it can be told apart. */
  readonly issues: readonly ExportIssue[];

  constructor(code: ExportErrorCode, message: string, issues: readonly ExportIssue[] = []) {
    super(message);
    this.code = code;
    this.issues = issues;
  }
}

import { ExportError } from '@mandate/exports';
import { TokenAuthorityError } from '@mandate/tokens';

/** The statuses of an error page, without those of a server fault. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 408 | 409 | 413 | 415 | 429 | 504;

const STATUS = {
  invalid: 400,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  outcome_unknown: 504,
} as const;

/** An error whose message is shown to the administrator. */
export class ConsoleError extends Error {
  readonly status: ErrorStatus;

  constructor(status: ErrorStatus, message: string) {
    super(message);
    this.status = status;
  }

  /** Converts the error of a service; `undefined` for a fault, whose message must not leave the server. */
  static from(error: unknown): ConsoleError | undefined {
    if (error instanceof ConsoleError) return error;
    const isExport = error instanceof ExportError;
    if (!isExport && !(error instanceof TokenAuthorityError)) return undefined;
    // Pages call a connection an export.
    const message = isExport ? error.message.replaceAll('connection', 'export') : error.message;
    return new ConsoleError(STATUS[error.code], toSentence(message));
  }
}

/** Messages of services begin with a lower-case letter and end without a full stop. */
export function toSentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

import { ExportError } from '@mandate/exports';
import { TokenAuthorityError } from '@mandate/tokens';

/** The statuses with which a page refuses. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 408 | 409 | 413 | 415;

const STATUS = { invalid: 400, forbidden: 403, not_found: 404, conflict: 409 } as const;

/** A refusal, shown to the admin as a page. */
export class ConsoleError extends Error {
  readonly status: RefusalStatus;

  constructor(status: RefusalStatus, message: string) {
    super(message);
    this.status = status;
  }

  /** The refusal that an error stands for; `undefined` for a fault, of which nobody is told more. */
  static from(error: unknown): ConsoleError | undefined {
    if (error instanceof ConsoleError) return error;
    const isRefusal = error instanceof TokenAuthorityError || error instanceof ExportError;
    return isRefusal ? new ConsoleError(STATUS[error.code], toSentence(error.message)) : undefined;
  }
}

/** Messages of services begin small and end without a full stop. */
export function toSentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

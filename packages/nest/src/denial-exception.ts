import type { AuthErrorCode } from '@mandate/core';
import type { DenialError } from '@mandate/core/adapter';
import { HttpException } from '@nestjs/common';

/**
 * A refusal that goes to the exception filters, with `denials: 'throw'`. `getResponse()` is the body that the guard would
 * have sent, and the headers of its answer, such as the challenge, are set already. `cause` is the refusal with its
 * reason, for logs.
 *
 * @example
 * @Catch(DenialException)
 * class DenialFilter implements ExceptionFilter {
 *   catch(denial: DenialException, host: ArgumentsHost) {
 *     host.switchToHttp().getResponse().status(denial.getStatus()).json({ error: denial.code });
 *   }
 * }
 */
export class DenialException extends HttpException {
  readonly code: AuthErrorCode;
  /** The headers of the answer, without those of the body. Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(error: DenialError) {
    super(toResponse(error.body), error.status, { cause: error.cause });
    this.message = error.message;
    this.code = error.code;
    this.headers = error.headers;
  }
}

/** Filters send an object as it is, and wrap a text. */
function toResponse(body: string): string | Record<string, unknown> {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return body;
  }
}

import { AuthError } from '../auth-error.js';
import type { Denial } from '../denial.js';

/**
 * A refusal that goes to the host's error handling, with `denials: 'throw'`. Its `message` is the public
 * `detail`, because some error handlers send it. `cause` is the refusal with its reason, for logs.
 *
 * @example
 * const isOutage = (error: unknown) => error instanceof DenialError && error.status === 503;
 */
export class DenialError extends AuthError {
  /** The same as `status`: the name that Express reads. */
  readonly statusCode: number;
  /** The challenge and the other headers of the answer, without those of the body. Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly #denial: Denial;

  constructor(error: AuthError, denial: Denial) {
    const { requiredScopes, stepUp, retryAfterSeconds } = error;
    super(error.code, undefined, { requiredScopes, stepUp, retryAfterSeconds, cause: error });
    const { 'content-type': _, ...headers } = denial.headers;
    this.statusCode = denial.status;
    this.headers = headers;
    this.#denial = denial;
  }

  /** The body of the answer that the guard would have sent. */
  get body(): string {
    return this.#denial.body;
  }

  /** The answer that the guard would have sent. Hono's default error handler sends it. */
  getResponse(): Response {
    const { status, headers, body } = this.#denial;
    return new Response(body, { status, headers });
  }
}

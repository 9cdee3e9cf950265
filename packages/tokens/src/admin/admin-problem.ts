import { toProblemResponse } from '@mandate/internal/problem';
import {
  TokenAuthorityError,
  type TokenAuthorityErrorCode,
  type TokenIssue,
} from '../token/token-authority-error.js';

const STATUS = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  timeout: 408,
  conflict: 409,
  unsupported: 415,
  rate_limited: 429,
  internal: 500,
  outcome_unknown: 504,
} as const satisfies Record<
  | TokenAuthorityErrorCode
  | 'unauthenticated'
  | 'timeout'
  | 'unsupported'
  | 'rate_limited'
  | 'internal',
  number
>;

const HEADERS: Readonly<Partial<Record<keyof typeof STATUS, Readonly<Record<string, string>>>>> = {
  // Every 401 must carry a challenge (RFC 9110 §15.5.2). Browsers show no dialog for this scheme.
  unauthenticated: { 'www-authenticate': 'Bearer' },
  rate_limited: { 'retry-after': '60' },
};

/** A rejected administration request, answered as `application/problem+json` (RFC 9457). */
export class AdminProblem extends Error {
  readonly code: keyof typeof STATUS;
  readonly issues: readonly TokenIssue[];

  constructor(code: keyof typeof STATUS, message: string, issues: readonly TokenIssue[] = []) {
    super(message);
    this.code = code;
    this.issues = issues;
  }

  /** Converts an error to a problem; `undefined` for a fault, whose details are never sent. */
  static from(error: unknown): AdminProblem | undefined {
    if (error instanceof AdminProblem) return error;
    if (!(error instanceof TokenAuthorityError)) return undefined;
    return new AdminProblem(error.code, error.message, error.issues);
  }

  toResponse(): Response {
    const { code, message, issues } = this;
    const problem = { status: STATUS[code], detail: message, code };
    return toProblemResponse(
      issues.length > 0 ? { ...problem, issues } : problem,
      HEADERS[code] ?? {},
    );
  }
}

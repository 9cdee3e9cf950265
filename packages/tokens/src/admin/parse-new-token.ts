import type { NewToken } from '../token/new-token.js';
import type { TokenIssue } from '../token/token-authority-error.js';
import type { TokenAuthority } from '../token-authority.js';
import { AdminProblem } from './admin-problem.js';
import { toIssues } from './check-schema.js';
import { newTokenSchema } from './request-schemas.js';

/**
 * Parses the body of `POST /tokens`.
 * @throws AdminProblem that lists every fault at once: those of the schema, and those that only the
 * authority can find.
 */
export function parseNewToken(body: unknown, authority: TokenAuthority): NewToken {
  const result = newTokenSchema.safeParse(body);
  if (result.success) return { ...result.data, expiresAt: parseDate(result.data.expiresAt) };
  const issues = toIssues(result.error);
  const reported = new Set(issues.map(({ path }) => path));
  const more = listAuthorityIssues(body, authority).filter(({ path }) => !reported.has(path));
  throw new AdminProblem('invalid', 'the request is invalid', [...issues, ...more]);
}

function listAuthorityIssues(body: unknown, authority: TokenAuthority): readonly TokenIssue[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [];
  const present = Object.entries(body).filter(([, value]) => value !== null);
  const { expiresAt, ...rest }: Record<string, unknown> = Object.fromEntries(present);
  // The members may have any type: listIssues checks them.
  return authority.listIssues({ ...rest, expiresAt: parseDate(expiresAt) } as unknown as NewToken);
}

/** An invalid date is rejected later, as not in the future. */
function parseDate(time: unknown): Date | undefined {
  if (time === undefined) return undefined;
  return new Date(typeof time === 'string' ? time : Number.NaN);
}

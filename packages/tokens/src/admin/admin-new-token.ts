import type { TokenIssue } from '../token/authority-error.js';
import type { NewToken } from '../token/new-token.js';
import type { TokenAuthority } from '../token-authority.js';
import { readIssues } from './admin-check.js';
import { AdminProblem } from './admin-problem.js';
import { newTokenSchema } from './admin-schema.js';

/**
 * The token that a body describes. @throws AdminProblem with every problem: those of its form, and those
 * that only the authority knows of, for nobody should have to find them one after the other.
 */
export function readNewToken(body: unknown, authority: TokenAuthority): NewToken {
  const read = newTokenSchema.safeParse(body);
  if (read.success) return { ...read.data, expiresAt: readDate(read.data.expiresAt) };
  const issues = readIssues(read.error);
  const told = new Set(issues.map(({ path }) => path));
  const more = listRest(body, authority).filter(({ path }) => !told.has(path));
  throw new AdminProblem('invalid', 'the request has problems', [...issues, ...more]);
}

function listRest(body: unknown, authority: TokenAuthority): readonly TokenIssue[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [];
  const { expiresAt, ...rest } = body as Record<string, unknown>;
  // Its members may be anything, which the authority does not mind.
  return authority.listIssues({ ...rest, expiresAt: readDate(expiresAt) } as unknown as NewToken);
}

/** A date, if it is said; one that is none is in no future. */
function readDate(time: unknown): Date | undefined {
  if (time === undefined) return undefined;
  return new Date(typeof time === 'string' ? time : Number.NaN);
}

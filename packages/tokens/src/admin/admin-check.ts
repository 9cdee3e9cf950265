import type { z } from 'zod';
import type { TokenIssue } from '../token/authority-error.js';
import { AdminProblem } from './admin-problem.js';

/** What the schema makes of a value. @throws AdminProblem with everything that is wrong with it. */
export function checkSchema<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new AdminProblem('invalid', 'the request has problems', readIssues(read.error));
}

/** The problems that a schema found. */
export function readIssues({ issues }: z.ZodError): readonly TokenIssue[] {
  return issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
}

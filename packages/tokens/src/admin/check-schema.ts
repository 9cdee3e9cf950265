import type { z } from 'zod';
import type { TokenIssue } from '../token/token-authority-error.js';
import { AdminProblem } from './admin-problem.js';

/** Parses a value by a schema. @throws AdminProblem that lists every fault of the value. */
export function checkSchema<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new AdminProblem('invalid', 'the request is invalid', toIssues(result.error));
}

export function toIssues({ issues }: z.ZodError): readonly TokenIssue[] {
  return issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
}

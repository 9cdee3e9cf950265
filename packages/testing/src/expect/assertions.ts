import { AssertionError } from 'node:assert/strict';
import type { AuthErrorCode } from '@mandate/core';
import type { AccessRow } from '../access/access-matrix.js';
import { describeAnswers, getAnswers } from './inspect-access.js';
import { type DeniedSubject, describeAnswer, inspectAnswer, isDenied } from './inspect-answer.js';
import { checkCode } from './matchers.js';

/**
 * Asserts that an endpoint allows each of the identities, for `node:test` and every other runner.
 *
 * @throws AssertionError if it does not.
 * @throws TypeError if the matrix does not have the identity.
 *
 * @example
 * const matrix = await describeAccess(app, { guard, identities: { stranger: null } });
 * assertAllowedFor(matrix.at('GET /health'), 'stranger');
 */
export function assertAllowedFor(row: AccessRow, ...identities: readonly string[]): void {
  const answers = getAnswers('assertAllowedFor', row, identities);
  if (answers.every((answer) => answer === 'allowed')) return;
  throw new AssertionError({ message: describeAnswers(row, identities, answers) });
}

/**
 * Asserts that a guard rejected the request, for `node:test` and every other runner.
 *
 * @param code Default: any code.
 * @throws AssertionError if the request was allowed, or rejected with another code.
 * @throws TypeError if it is not an answer, or there is no such code.
 *
 * @example
 * await assertDenied(await createTestClient(app).request('/documents/1'), 'credentials_missing');
 */
export async function assertDenied(subject: DeniedSubject, code?: AuthErrorCode): Promise<void> {
  checkCode('assertDenied', code);
  const answer = await inspectAnswer('assertDenied', subject);
  if (isDenied(answer, code)) return;
  throw new AssertionError({ message: describeAnswer(answer, code, false) });
}

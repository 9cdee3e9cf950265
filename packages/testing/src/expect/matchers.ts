import type { AuthErrorCode } from '@mandate/core';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import type { AccessRow } from '../access/access-matrix.js';
import { type Answer, isAuthErrorCode } from '../answer.js';
import { describeAnswers, getAnswers } from './inspect-access.js';
import { describeAnswer, inspectAnswer, isDenied } from './inspect-answer.js';

/** The matchers as `expect` has them. */
export interface AccessMatchers<R = void> {
  /**
   * Passes if the endpoint, `matrix.at('GET /documents/:id')`, allows each of the identities. With `not`, it passes
   * if the endpoint allows none of them.
   */
  toBeAllowedFor(identity: string, ...others: readonly string[]): R;
  /**
   * Passes if a guard rejected the request, with this code if there is one. Await it: the body of a `Response` has
   * to be read. It takes a `Response`, a response of supertest or `inject`, and a decision of a guard.
   */
  toBeDenied(code?: AuthErrorCode): Promise<void>;
}

/** The part of the runners' context that the matchers use. */
export interface MatcherContext {
  readonly isNot?: boolean | undefined;
}

export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * Matchers for `expect.extend` of vitest and Jest.
 *
 * @example
 * import { expect } from 'vitest';
 * import { matchers } from '@mandate/testing/matchers';
 *
 * expect.extend(matchers);
 * const response = await createTestClient(app).request('/documents/1');
 * await expect(response).toBeDenied('credentials_missing');
 */
export const matchers = {
  toBeAllowedFor(this: MatcherContext, row: AccessRow, ...identities: readonly string[]) {
    const answers = getAnswers('toBeAllowedFor', row, identities);
    const isAllowed = (answer: string) => answer === 'allowed';
    // Turned around by `not`, so that each identity counts there too.
    const pass = this.isNot === true ? answers.some(isAllowed) : answers.every(isAllowed);
    return { pass, message: () => describeAnswers(row, identities, answers) };
  },

  toBeDenied(
    this: MatcherContext,
    subject: unknown,
    code?: AuthErrorCode,
  ): MaybePromise<MatcherResult> {
    checkCode('toBeDenied', code);
    const isNot = this.isNot === true;
    const toResult = (answer: Answer): MatcherResult => ({
      pass: isDenied(answer, code),
      message: () => describeAnswer(answer, code, isNot),
    });
    const answer = inspectAnswer('toBeDenied', subject);
    return isPromise(answer) ? answer.then(toResult) : toResult(answer);
  },
};

/** @throws TypeError if there is no such code: a misspelt one would make `not` pass. */
export function checkCode(owner: string, code: unknown): void {
  if (code === undefined || isAuthErrorCode(code)) return;
  throw new TypeError(`${owner}: ${JSON.stringify(code)} is not a code of a rejection`);
}

declare global {
  // Both @types/jest and vitest extend this interface.
  namespace jest {
    interface Matchers<R, T> extends AccessMatchers<R> {}
  }
}

import type { AuthErrorCode, Decision } from '@mandate/core';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { type Answer, readAnswer, toAnswer } from '../answer.js';

/** A response of supertest. */
export interface SupertestAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A response of `inject`, as Fastify has it. */
export interface InjectedAnswer {
  readonly statusCode: number;
  readonly payload: string;
}

/** What can be denied: a response of any kind, or a decision of a guard. */
export type DeniedSubject = Response | SupertestAnswer | InjectedAnswer | Decision;

/**
 * Finds out what was answered.
 * @returns a promise only for a `Response`, whose body is read from a clone.
 * @throws TypeError if it is not an answer, or its body was read.
 */
export function inspectAnswer(owner: string, subject: unknown): MaybePromise<Answer> {
  const value = typeof subject === 'object' && subject !== null ? subject : {};
  if (isResponse(value)) {
    if (!value.bodyUsed) return readAnswer(value.clone());
    throw new TypeError(`${owner}: the body of the response was read; check the response before`);
  }
  if ('allowed' in value) return toDecided(value as Decision);
  if ('statusCode' in value && 'payload' in value) {
    return toAnswer(Number(value.statusCode), value.payload);
  }
  if ('status' in value && 'body' in value) return toAnswer(Number(value.status), value.body);
  throw new TypeError(`${owner}: pass a response (await it first), or a decision of a guard`);
}

function isResponse(value: object): value is Response {
  return 'clone' in value && typeof value.clone === 'function' && 'bodyUsed' in value;
}

function toDecided(decision: Decision): Answer {
  if (decision.allowed) return { status: 200, code: undefined };
  return { status: decision.denial.status, code: decision.error.code };
}

/** Whether a guard rejected the request. Without a code, only 401 and 403 are certain to be rejections. */
export function isDenied({ status, code }: Answer, expected: AuthErrorCode | undefined): boolean {
  if (expected !== undefined) return code === expected;
  return code !== undefined || status === 401 || status === 403;
}

/** Says what was expected, and what was answered. */
export function describeAnswer(
  { status, code }: Answer,
  expected: AuthErrorCode | undefined,
  isNot: boolean,
): string {
  const wanted = expected === undefined ? '' : ` with ${expected}`;
  const hint =
    expected !== undefined && code === undefined && status >= 400
      ? ', whose body has no code of a guard; toBeDenied() without a code checks the status'
      : '';
  const answered = code === undefined ? `${status}` : `${status} ${code}`;
  const not = isNot ? 'not ' : '';
  return `expected the request ${not}to be denied${wanted}, and the answer is ${answered}${hint}`;
}

import { AUTH_ERRORS, type AuthErrorCode } from '@mandate/core';

/** What is known of an answer. */
export interface Answer {
  readonly status: number;
  /** The code of a rejection by a guard, if the body has one. */
  readonly code: AuthErrorCode | undefined;
}

/** Reads the code of a rejection: `code` of `application/problem+json`, with the status of that code. */
export async function readAnswer(response: Response): Promise<Answer> {
  const { status } = response;
  const type = response.headers.get('content-type') ?? '';
  if (!/^application\/(?:\w+\+)?json\b/i.test(type)) {
    // Without waiting: of a response that was cloned, both bodies would have to be cancelled.
    response.body?.cancel().catch(() => {});
    return { status, code: undefined };
  }
  return toAnswer(status, await response.text());
}

/** @param body parsed JSON, or its text. */
export function toAnswer(status: number, body: unknown): Answer {
  const { code } = toObject(body);
  const isKnown = isAuthErrorCode(code) && AUTH_ERRORS[code].status === status;
  return { status, code: isKnown ? code : undefined };
}

export function isAuthErrorCode(code: unknown): code is AuthErrorCode {
  return typeof code === 'string' && Object.hasOwn(AUTH_ERRORS, code);
}

function toObject(body: unknown): { readonly code?: unknown } {
  if (typeof body === 'object' && body !== null) return body;
  try {
    const parsed: unknown = JSON.parse(String(body));
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

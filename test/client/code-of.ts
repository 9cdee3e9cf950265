import { expect } from 'vitest';

type ErrorWithCode<Code> = abstract new (...args: never[]) => Error & { readonly code: Code };

/** The code of the error that the promise must be rejected with. */
export const codeOf = <Code>(type: ErrorWithCode<Code>, promise: Promise<unknown>): Promise<Code> =>
  promise.then(
    () => expect.unreachable(),
    (error) => {
      expect(error).toBeInstanceOf(type);
      return error.code;
    },
  );

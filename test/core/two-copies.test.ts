import { AuthError, createGuard } from '@mandate/core';
import { expect, test, vi } from 'vitest';
import { createRequest } from '../support/auth-request.js';

/** A second copy of the package: its other module format, or another version below a dependency. */
async function importAgain(): Promise<typeof import('@mandate/core')> {
  vi.resetModules();
  return import('@mandate/core');
}

test.each(['at once', 'later'])(
  'what another copy of the package rejects is rejected: %s',
  async (when) => {
    const other = await importAgain();
    expect(other.AuthError).not.toBe(AuthError);
    const refusal = new other.AuthError('verifier_unavailable', 'the store is away', {
      retryAfterSeconds: 7,
    });
    const verify = () => {
      if (when === 'later') return Promise.reject(refusal);
      throw refusal;
    };
    const guard = createGuard({
      verifiers: [{ accepts: () => true, verify }],
      endpoints: { 'GET /': { scopes: [] } },
    });
    const decision = await guard.decide(createRequest({ token: 'good' }));
    expect(decision).toMatchObject({
      allowed: false,
      denial: { status: 503, headers: { 'retry-after': '7' } },
    });
  },
);

test.each([
  new Error('a fault'),
  Object.assign(new Error('a fault'), { name: 'AuthError', code: 'token_invalid', status: 401 }),
  { code: 'token_invalid' },
  'token_invalid',
  null,
  undefined,
])('a fault that is not a refusal is thrown again: %o', (fault) => {
  const verify = () => {
    throw fault;
  };
  const guard = createGuard({
    verifiers: [{ accepts: () => true, verify }],
    endpoints: { 'GET /': { scopes: [] } },
  });
  const decide = () => {
    try {
      guard.decide(createRequest({ token: 'good' }));
    } catch (thrown) {
      return { thrown };
    }
    return undefined;
  };
  expect(decide()).toEqual({ thrown: fault });
});

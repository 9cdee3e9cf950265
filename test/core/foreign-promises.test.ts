import { createGuard, type Principal, PUBLIC_PRINCIPAL, type TokenVerifier } from '@mandate/core';
import { expect, test } from 'vitest';

/** A promise of another library or realm: it has a `then`, and is no `Promise`. */
function foreign<Value>(promise: Promise<Value>): Promise<Value> {
  // biome-ignore lint/suspicious/noThenProperty: that is what is tested.
  return { then: promise.then.bind(promise) } as unknown as Promise<Value>;
}

function guardWith(verify: TokenVerifier['verify']) {
  return createGuard({
    verifiers: [{ accepts: () => true, verify }],
    endpoints: { 'GET /any': { scopes: [] } },
  });
}

const request = {
  method: 'GET',
  path: '/any',
  header: (name: string) => (name === 'authorization' ? 'Bearer abc' : undefined),
};

test('the guard waits for a verifier that returns a foreign promise', async () => {
  const principal: Principal = { ...PUBLIC_PRINCIPAL, permission: 'USER', subject: 'ann' };
  const decision = await guardWith(() => foreign(Promise.resolve(principal))).decide(request);
  expect(decision).toEqual({ allowed: true, principal });
});

test('a foreign promise that rejects denies the request', async () => {
  const guard = guardWith(() => foreign(Promise.reject(new Error('no'))));
  await expect(guard.decide(request)).rejects.toThrow('no');
});

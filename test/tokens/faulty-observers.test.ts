import { createGuard } from '@mandate/core';
import {
  createMemoryTokenStore,
  createTokenAuthority,
  createTokenVerifier,
  type TokenStore,
} from '@mandate/tokens';
import { createTokenAdminHandler } from '@mandate/tokens/admin';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRequest } from '../support/auth-request.js';

/** Observers that fail. Their callers must continue as if they had not failed. */
const FAULTY: Readonly<Record<string, (error: unknown) => void>> = {
  'that throws': () => {
    throw new Error('the observer failed');
  },
  'that rejects': async () => {
    throw new Error('the observer failed');
  },
};

async function start(overrides: Partial<TokenStore>) {
  const memory = createMemoryTokenStore();
  const admin = { subject: 'root@example.com', isSuperAdmin: true };
  const { secret } = await createTokenAuthority({ store: memory }).create(
    { description: 'a token', permission: 'ANONYMOUS', scopes: ['SEARCH'] },
    admin,
  );
  const store: TokenStore = Object.assign(Object.create(memory) as TokenStore, {
    find: memory.find.bind(memory),
    onChange: memory.onChange.bind(memory),
    ...overrides,
  });
  return { store, secret, admin };
}

function countUnhandled(): () => number {
  const listener = vi.fn();
  process.on('unhandledRejection', listener);
  onTestFinished(() => void process.off('unhandledRejection', listener));
  return () => listener.mock.calls.length;
}

const fail = async () => {
  throw new Error('the store failed');
};

test.each(Object.entries(FAULTY))('an observer %s does not end the process', async (_, onError) => {
  const unhandled = countUnhandled();
  const touch = vi.fn(fail);
  const { store, secret } = await start({ touch });
  const verifier = createTokenVerifier({ store, onError, flushSeconds: 0.001 });
  const guard = createGuard({ verifiers: [verifier] });
  expect(await guard.authenticate(createRequest({ token: secret }))).toMatchObject({
    allowed: true,
  });
  await expect.poll(() => touch).toHaveBeenCalled();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(unhandled()).toBe(0);
});

test.each(Object.entries(FAULTY))(
  'an observer %s does not change the refusal',
  async (_, onError) => {
    const unhandled = countUnhandled();
    const { store, secret } = await start({ find: fail });
    const guard = createGuard({ verifiers: [createTokenVerifier({ store, onError })] });
    const decision = await guard.authenticate(createRequest({ token: secret }));
    expect(decision).toMatchObject({ error: { code: 'verifier_unavailable' } });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(unhandled()).toBe(0);
  },
);

test.each(Object.entries(FAULTY))(
  'an observer %s does not change the answer',
  async (_, onError) => {
    const { store, admin } = await start({ list: fail });
    const authority = createTokenAuthority({ store });
    const handler = createTokenAdminHandler({ authority, authorizeAdmin: () => admin, onError });
    const response = await handler(new Request('http://api.example/tokens'), {});
    expect(response.status).toBe(500);
  },
);

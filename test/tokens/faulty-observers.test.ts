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

/** Node reports an unhandled rejection before it runs the next immediate. */
async function settle(onError: ReturnType<typeof vi.fn>): Promise<void> {
  await expect.poll(() => onError).toHaveBeenCalled();
  await new Promise((resolve) => setImmediate(resolve));
}

const fail = async () => {
  throw new Error('the store failed');
};

test.each(Object.entries(FAULTY))('an observer %s does not end the process', async (_, observe) => {
  const unhandled = countUnhandled();
  const onError = vi.fn(observe);
  const { store, secret } = await start({ touch: fail });
  const verifier = createTokenVerifier({ store, onError, flushSeconds: 0.001 });
  const guard = createGuard({ verifiers: [verifier] });
  expect(await guard.authenticate(createRequest({ token: secret }))).toMatchObject({
    allowed: true,
  });
  await settle(onError);
  expect(unhandled()).toBe(0);
});

test.each(Object.entries(FAULTY))(
  'an observer %s does not change the refusal',
  async (_, observe) => {
    const unhandled = countUnhandled();
    const onError = vi.fn(observe);
    const { store, secret } = await start({ find: fail });
    const guard = createGuard({ verifiers: [createTokenVerifier({ store, onError })] });
    const decision = await guard.authenticate(createRequest({ token: secret }));
    expect(decision).toMatchObject({ error: { code: 'verifier_unavailable' } });
    await settle(onError);
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

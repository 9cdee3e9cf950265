import { createGuard } from '@mandate/core';
import { createTestIssuer, createTestTokens, type IssuedTestTokenOptions } from '@mandate/testing';
import { createTokenFormat } from '@mandate/tokens';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';

afterEach(() => vi.unstubAllEnvs());

function open(options?: Parameters<typeof createTestTokens>[0]) {
  const tokens = createTestTokens(options);
  onTestFinished(() => tokens.close());
  const endpoints = { 'POST /search': { scopes: ['SEARCH'], anonymous: true } } as const;
  const guard = createGuard({ verifiers: [tokens.verifier], endpoints });
  const ask = async (secret: string, actAs?: string) => {
    const headers: Record<string, string | undefined> = {
      authorization: `Bearer ${secret}`,
      'x-glean-actas': actAs,
    };
    const header = (name: string) => headers[name];
    const decision = await guard.decide({ method: 'POST', path: '/search', header });
    return decision.allowed ? decision.principal : decision.error.code;
  };
  return { tokens, ask };
}

const scopes = ['SEARCH'];

describe('createTestTokens', () => {
  test('issues tokens of each permission', async () => {
    const { tokens, ask } = open();
    const user = await tokens.token({ scopes, groups: ['staff'] });
    expect(user).toMatch(/^test_/);
    expect(await ask(user)).toMatchObject({
      subject: 'test-user@test.invalid',
      permission: 'USER',
      groups: ['staff'],
    });
    const ada = await tokens.token({ scopes, userEmail: 'ada@example.com' });
    expect(await ask(ada)).toMatchObject({ subject: 'ada@example.com' });
    const global = await tokens.token({ scopes, permission: 'GLOBAL' });
    expect(await ask(global)).toBe('act_as_required');
    expect(await ask(global, 'ada@example.com')).toMatchObject({ subject: 'ada@example.com' });
    const anonymous = await tokens.token({ scopes, permission: 'ANONYMOUS' });
    expect(await ask(anonymous)).toMatchObject({ permission: 'ANONYMOUS' });
  });

  test('issues tokens that are rejected', async () => {
    const { tokens, ask } = open();
    expect(await ask(await tokens.expiredToken({ scopes }))).toBe('token_expired');
    expect(await ask(await tokens.revokedToken({ scopes }))).toBe('token_revoked');
    expect(await ask(await tokens.token({ scopes: ['CHAT'] }))).toBe('scope_required');
    expect(await ask(createTokenFormat('test').create())).toBe('token_invalid');
  });

  test('takes the format of the application, and the clock of a test issuer', async () => {
    const { clock } = createTestIssuer({ now: new Date('2030-01-01') });
    const { tokens, ask } = open({ format: createTokenFormat('acme'), now: clock.now });
    const secret = await tokens.token({ scopes, expiresAt: new Date('2030-01-02') });
    expect(secret).toMatch(/^acme_/);
    expect(await ask(secret)).toBeTypeOf('object');
    clock.advance(86_400);
    expect(await ask(secret)).toBe('token_expired');
  });

  test('rejects wrong options', async () => {
    const { tokens } = open();
    const wrong = { scope: 'A' } as unknown as IssuedTestTokenOptions;
    await expect(tokens.token(wrong)).rejects.toThrow('unknown option "scope" in token');
    await expect(tokens.token({ scopes: [] })).rejects.toThrow('requires at least one scope');
    expect(() => createTestTokens({ clock: 1 } as never)).toThrow('unknown option "clock"');
    expect(() => createTestTokens({ now: 1 as never })).toThrow('now must be a function');
  });

  test('does not exist in production', () => {
    vi.stubEnv('NODE_ENV', 'production');
    expect(() => createTestTokens()).toThrow('createTestTokens is for tests');
  });
});

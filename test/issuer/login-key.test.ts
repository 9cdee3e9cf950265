import { createHmac } from 'node:crypto';
import { createLoginKey, MAX_LOGIN_KEY_SECONDS, verifyLoginKey } from '@mandate/issuer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const VECTOR = '$1$2000000000$rNdOtQ2STgcxWxtPoUicS37vliLrZdnGpg6SCHRzFiQ';
const EXPIRY = 2_000_000_000;
const agent = { partnerId: 98765, partnerUserId: 'agent-7' };
const at = (seconds: number) => () => seconds * 1000;
const judge = (loginKey: string, seconds = EXPIRY - 60, apiKeys = ['test-api-key']) =>
  verifyLoginKey(loginKey, { ...agent, apiKeys, now: at(seconds) });

/** The vector, signed with an empty API key. */
function signWith(apiKey: string): string {
  const signature = createHmac('sha256', apiKey).update(`98765agent-71${EXPIRY}`);
  return `$1$${EXPIRY}$${signature.digest('base64url')}`;
}

describe('createLoginKey', () => {
  test('writes the documented format byte for byte', () => {
    const key = createLoginKey({
      ...agent,
      apiKey: 'test-api-key',
      expiresAt: new Date(EXPIRY * 1000 + 999),
      now: at(EXPIRY - 60),
    });
    expect(key).toBe(VECTOR);
    expect(key).toHaveLength(57);
  });

  test.each([
    ['an expiry in the past', { expiresAt: new Date(0) }],
    ['an expiry more than a day ahead', { expiresAt: new Date(EXPIRY * 1000 + 86_401_000) }],
    ['no date', { expiresAt: new Date(Number.NaN) }],
    ['no user', { partnerUserId: '' }],
    ['a user of 256 characters', { partnerUserId: 'x'.repeat(256) }],
    ['no group', { partnerId: '' }],
    ['no API key', { apiKey: '' }],
  ])('rejects %s', (_, wrong) => {
    const right = { ...agent, apiKey: 'k', expiresAt: new Date((EXPIRY + 60) * 1000) };
    expect(() => createLoginKey({ ...right, now: at(EXPIRY), ...wrong })).toThrow(TypeError);
  });
});

describe('verifyLoginKey', () => {
  test('accepts a key until it expires', () => {
    expect(judge(VECTOR, EXPIRY - 0.001)).toBe('valid');
    expect(judge(VECTOR, EXPIRY)).toBe('expired');
  });

  test('rejects a key that is valid for more than a day', () => {
    expect(judge(VECTOR, EXPIRY - MAX_LOGIN_KEY_SECONDS)).toBe('valid');
    expect(judge(VECTOR, EXPIRY - MAX_LOGIN_KEY_SECONDS - 1)).toBe('too_long');
  });

  test('accepts either of two API keys, and no login key without an API key', () => {
    expect(judge(VECTOR, EXPIRY - 1, ['other', 'test-api-key'])).toBe('valid');
    expect(judge(VECTOR, EXPIRY - 1, ['test-api-key', 'other'])).toBe('valid');
    expect(judge(VECTOR, EXPIRY - 1, ['other'])).toBe('bad_signature');
    expect(judge(VECTOR, EXPIRY - 1, [])).toBe('bad_signature');
  });

  test('accepts no signature with an empty API key, because anyone could create it', () => {
    const key = signWith('');
    expect(judge(key, EXPIRY - 1, [''])).toBe('bad_signature');
    expect(judge(key, EXPIRY - 1, ['', 'other'])).toBe('bad_signature');
    expect(judge(VECTOR, EXPIRY - 1, ['', 'test-api-key'])).toBe('valid');
  });

  test.each([
    ['the old format', VECTOR.slice(1)],
    ['another version', VECTOR.replace('$1$', '$2$')],
    ['a leading zero', VECTOR.replace('$2', '$02')],
    ['padding', `${VECTOR}=`],
    ['another spelling of the same bytes', `${VECTOR.slice(0, -1)}R`],
    ['a line break', `${VECTOR}\n`],
    ['nothing', ''],
  ])('rejects %s', (_, loginKey) => {
    expect(judge(loginKey)).toBe('bad_signature');
  });

  test('cannot distinguish (12, 3x) from (123, x), so groups must not share an API key', () => {
    const now = at(EXPIRY - 60);
    const expiresAt = new Date(EXPIRY * 1000);
    const key = createLoginKey({ partnerId: 12, partnerUserId: '3x', apiKey: 'k', expiresAt, now });
    const other = { partnerId: 123, partnerUserId: 'x', apiKeys: ['k'], now };
    expect(verifyLoginKey(key, other)).toBe('valid');
    expect(verifyLoginKey(key, { ...other, apiKeys: ['k2'] })).toBe('bad_signature');
  });

  const text = fc.string({ minLength: 1, maxLength: 255, unit: 'binary' });
  const small = fc.string({ minLength: 1, maxLength: 40 });

  test('accepts what was created, for its own user and API key only', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        small,
        text,
        fc.integer({ min: 1, max: 86_400 }),
        (id, user, apiKey, ahead) => {
          const now = at(EXPIRY);
          const expiresAt = new Date((EXPIRY + ahead) * 1000);
          const key = createLoginKey({
            partnerId: id,
            partnerUserId: user,
            apiKey,
            expiresAt,
            now,
          });
          const expected = { partnerId: id, partnerUserId: user, apiKeys: [apiKey], now };
          expect(verifyLoginKey(key, expected)).toBe('valid');
          expect(verifyLoginKey(key, { ...expected, partnerUserId: `${user}x` })).toBe(
            'bad_signature',
          );
          expect(verifyLoginKey(key, { ...expected, apiKeys: [`${apiKey}x`] })).toBe(
            'bad_signature',
          );
          expect(verifyLoginKey(key, { ...expected, now: at(EXPIRY + ahead) })).toBe('expired');
        },
      ),
    );
  });

  test('never throws, and rejects a key with one changed character', () => {
    fc.assert(
      fc.property(fc.string(), (loginKey) => {
        expect(judge(loginKey)).not.toBe('valid');
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: VECTOR.length - 1 }), fc.string({ maxLength: 1 }), (at, c) => {
        const changed = VECTOR.slice(0, at) + c + VECTOR.slice(at + 1);
        if (changed !== VECTOR) expect(judge(changed)).not.toBe('valid');
      }),
    );
  });
});

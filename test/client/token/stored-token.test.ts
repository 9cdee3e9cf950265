import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatStoredToken,
  parseStoredToken,
} from '../../../packages/client/src/token/stored-token.js';
import { toTokenKey } from '../../../packages/client/src/token/token-key.js';

const keys = fc
  .record({
    server: fc.string(),
    service: fc.string(),
    group: fc.option(fc.string(), { nil: undefined }),
    subject: fc.oneof(fc.string(), fc.array(fc.string())),
  })
  .map((identity) => ({ identity, key: toTokenKey(identity) }));

const times = fc.integer({ min: -8.64e15, max: 8.64e15 });

const tokens = fc.record({
  token: fc.stringMatching(/^[\w\-.~+/]{1,40}=*$/),
  expirationMs: times,
  receivedAtMs: times,
  lifetimeMs: times,
});

describe('a stored token', () => {
  test('is parsed as it was written', () => {
    fc.assert(
      fc.property(keys, tokens, ({ key }, issued) => {
        const text = formatStoredToken(key, issued);
        expect(parseStoredToken(key, text, issued.receivedAtMs)).toEqual(issued);
      }),
    );
  });

  test('does not serve another key', () => {
    fc.assert(
      fc.property(keys, keys, tokens, (own, other, issued) => {
        fc.pre(JSON.stringify(own.identity) !== JSON.stringify(other.identity));
        const text = formatStoredToken(own.key, issued);
        expect(parseStoredToken(other.key, text, issued.receivedAtMs)).toBeUndefined();
      }),
    );
  });

  test('from the future is ignored', () => {
    fc.assert(
      fc.property(keys, tokens, ({ key }, issued) => {
        const text = formatStoredToken(key, issued);
        expect(parseStoredToken(key, text, issued.receivedAtMs - 1)).toBeUndefined();
      }),
    );
  });

  test('is ignored without an error if it is any other text', () => {
    fc.assert(
      fc.property(keys, fc.oneof(fc.string(), fc.json()), ({ key }, text) => {
        expect(parseStoredToken(key, text, 0)).toBeUndefined();
      }),
    );
  });

  test.each([
    ['token', ''],
    ['token', 'a b'],
    ['token', 'line\nbreak'],
    ['token', 42],
    ['token', 'a'.repeat(20_000)],
    ['lifetimeMs', '1200000'],
    ['lifetimeMs', null],
    ['lifetimeMs', 1e300],
    ['expirationMs', []],
    ['receivedAtMs', undefined],
    ['key', 'another'],
  ])('is ignored if its %s is %j', (name, value) => {
    const key = toTokenKey({ server: 's', service: 'p', group: undefined, subject: 'u' });
    const good = { key, token: 'a.b.c', expirationMs: 2, receivedAtMs: 1, lifetimeMs: 1 };
    expect(parseStoredToken(key, JSON.stringify(good), 1)).toBeDefined();
    expect(parseStoredToken(key, JSON.stringify({ ...good, [name]: value }), 1)).toBeUndefined();
  });

  test('does not last for ever because a number is too large', () => {
    const key = toTokenKey({ server: 's', service: 'p', group: undefined, subject: 'u' });
    const text = `{"key":${JSON.stringify(key)},"token":"a","expirationMs":1,"receivedAtMs":0,"lifetimeMs":1e400}`;
    expect(parseStoredToken(key, text, 1)).toBeUndefined();
  });
});

import { createTokenFormat, createTokenPattern, createTokenVerifier } from '@mandate/tokens';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeToken } from '../support/judge-token.js';

const format = createTokenFormat();
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
const secrets = bytes.map((random) => createTokenFormat('mdt', () => random).create());

test('a secret has the prefix, 43 random characters and a checksum of 6', () => {
  const ends = [new Uint8Array(32), new Uint8Array(32).fill(255)];
  for (const random of ends) {
    const secret = createTokenFormat('acme', () => random).create();
    expect(secret).toMatch(/^acme_[0-9A-Za-z]{49}$/);
    expect(createTokenFormat('acme').matches(secret)).toBe(true);
  }
  fc.assert(fc.property(secrets, (secret) => format.matches(secret)));
});

test('different random bytes make different secrets, and so do two calls', () => {
  const make = (random: Uint8Array) => createTokenFormat('mdt', () => random).create();
  fc.assert(
    fc.property(bytes, bytes, (a, b) => (make(a) === make(b)) === (String(a) === String(b))),
  );
  expect(format.create()).not.toBe(format.create());
});

test('every change of a single character is rejected', () => {
  const secret = format.create();
  for (let place = 0; place < secret.length; place++) {
    for (const other of `${ALPHABET}_-. \n`) {
      const changed = secret.slice(0, place) + other + secret.slice(place + 1);
      expect(format.matches(changed)).toBe(changed === secret);
    }
  }
});

test('a swap of any two characters is rejected', () => {
  const secret = format.create();
  for (let a = 0; a < secret.length; a++) {
    for (let b = a + 1; b < secret.length; b++) {
      const letters = [...secret];
      [letters[a], letters[b]] = [letters[b]!, letters[a]!];
      const swapped = letters.join('');
      expect(format.matches(swapped)).toBe(swapped === secret);
    }
  }
});

test('a part of a secret, or more than one secret, is rejected', () => {
  fc.assert(
    fc.property(secrets, fc.nat(52), (secret, length) => !format.matches(secret.slice(0, length))),
  );
  const secret = format.create();
  for (const other of ['', `${secret} `, ` ${secret}`, `${secret}\n`, secret + secret, '\0']) {
    expect(format.matches(other)).toBe(false);
  }
});

test('made-up secrets never reach the store', async () => {
  const store = { find: () => Promise.reject(new Error('asked')), onChange: () => () => {} };
  const verifier = createTokenVerifier({ store: store as never });
  const body = fc.string({ unit: fc.constantFrom(...ALPHABET), minLength: 49, maxLength: 49 });
  await fc.assert(
    fc.asyncProperty(body, async (made) => {
      expect(await judgeToken(verifier, `mdt_${made}`)).toBe('token_invalid');
    }),
  );
});

test.each(['', 'a', 'Mdt', '1dt', 'm_t', 'a'.repeat(17), 'mdt\n', 'mdt '])(
  'the prefix %j is rejected',
  (prefix) => {
    expect(() => createTokenFormat(prefix)).toThrow(TypeError);
  },
);

test('the pattern for scanners finds every secret in a text, and no other prefix', () => {
  const text = fc.string({ maxLength: 40 }).map((around) => `${around.replaceAll('mdt_', '')} "`);
  fc.assert(
    fc.property(fc.array(secrets, { maxLength: 5 }), text, (hidden, around) => {
      const found = (around + hidden.join(around)).match(new RegExp(createTokenPattern(), 'g'));
      expect(found ?? []).toEqual(hidden);
    }),
  );
  const other = createTokenFormat('acme').create();
  expect(new RegExp(createTokenPattern()).test(other)).toBe(false);
  expect(new RegExp(createTokenPattern('acme')).test(other)).toBe(true);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64url, decodeText } from '../../../packages/core/src/jws/base64url.js';

describe('decodeBase64url', () => {
  test('decodes what Buffer encodes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64url');
        expect(decodeBase64url(text)).toEqual(Uint8Array.from(bytes));
      }),
    );
  });

  test('accepts exactly the texts that Buffer encodes to the same text again', () => {
    // Short texts over the alphabet and its neighbours, so that stray bits turn up often.
    const text = fc.string({
      unit: fc.constantFrom(...'AQgwBZaz09-_+/= \n.\u00e9\u0100'),
      maxLength: 9,
    });
    fc.assert(
      fc.property(text, (spelling) => {
        const bytes = Buffer.from(spelling, 'base64url');
        const isCanonical = bytes.toString('base64url') === spelling;
        expect(decodeBase64url(spelling)).toEqual(isCanonical ? Uint8Array.from(bytes) : undefined);
      }),
      { numRuns: 2000 },
    );
  });

  test('accepts one spelling only of every byte string', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const seen = new Set<string>();
    for (const first of alphabet) {
      for (const second of alphabet) {
        const bytes = decodeBase64url(first + second);
        if (bytes === undefined) continue;
        expect(bytes).toHaveLength(1);
        seen.add(String(bytes[0]));
      }
    }
    expect(seen.size).toBe(256);
    const accepted = [...alphabet].flatMap((a) =>
      [...alphabet].filter((b) => decodeBase64url(a + b)),
    );
    expect(accepted).toHaveLength(256);
  });

  test.each([
    ['padding', 'QQ=='],
    ['padding alone', '===='],
    ['the alphabet of base64', '+/+/'],
    ['a space', 'QUJD '],
    ['a line break', 'QU\nJD'],
    ['a length that no byte string has', 'QUJDR'],
    ['a stray bit behind one byte', 'QR'],
    ['a stray bit behind two bytes', 'QUJ'],
    ['a character beyond ASCII', 'QUJ\u00c3'],
    ['a character whose low byte is in the alphabet', 'QUJ\u0141'],
    ['a NUL', 'QUJ\0'],
  ])('rejects %s', (_fault, text) => {
    expect(decodeBase64url(text)).toBeUndefined();
  });

  test('decodes the empty text to no bytes', () => {
    expect(decodeBase64url('')).toEqual(new Uint8Array());
  });
});

describe('decodeText', () => {
  test('decodes what Buffer encodes, including a byte order mark', () => {
    const text = fc.string({ unit: fc.constantFrom(...'a"\\ \0\u00e9\ufeff\u{1f600}') });
    fc.assert(
      fc.property(text, (one) => {
        expect(decodeText(Buffer.from(one).toString('base64url'))).toBe(one);
      }),
    );
  });

  test.each([
    ['a byte that never occurs', [0x7b, 0xff, 0x7d]],
    ['a cut sequence', [...Buffer.from('{"a":"'), 0xc3, ...Buffer.from('"}')]],
    ['an overlong slash', [...Buffer.from('{"a":"'), 0xc0, 0xaf, ...Buffer.from('"}')]],
    ['a surrogate', [...Buffer.from('{"a":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]],
  ])('rejects bytes that are not UTF-8: %s', (_fault, bytes) => {
    expect(decodeText(Buffer.from(bytes).toString('base64url'))).toBeUndefined();
  });
});

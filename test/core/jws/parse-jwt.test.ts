import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJwt } from '../../../packages/core/src/jws/parse-jwt.js';
import { craftToken, toSegment, withSegment } from '../../support/tokens.js';

const HEADER = { alg: 'ES256' };
const CLAIMS = { iss: 'https://issuer.example' };
const TOKEN = craftToken(HEADER, CLAIMS, Uint8Array.of(1, 2, 3, 4));

describe('parseJwt', () => {
  test('parses header and claims, deeply frozen', () => {
    const jwt = parseJwt(craftToken({ alg: 'ES256', x: [{}] }, { act: { sub: 'a' } }, 'signature'));
    expect(jwt).toEqual({ header: { alg: 'ES256', x: [{}] }, claims: { act: { sub: 'a' } } });
    expect(Object.isFrozen(jwt?.header) && Object.isFrozen(jwt?.claims)).toBe(true);
    expect(Object.isFrozen(jwt?.claims['act'])).toBe(true);
  });

  test('parses the same header to the same result', () => {
    expect(parseJwt(TOKEN)?.header).toEqual(HEADER);
    expect(parseJwt(TOKEN)?.header).toBe(parseJwt(TOKEN)?.header);
  });

  test('parses headers correctly if more than it remembers alternate', () => {
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 200; i++) {
        expect(parseJwt(craftToken({ alg: 'ES256', kid: `${i}` }, CLAIMS, 'x'))?.header).toEqual({
          alg: 'ES256',
          kid: `${i}`,
        });
      }
    }
  });

  const [header = '', claims = '', signature = ''] = TOKEN.split('.');
  test.each([
    ['nothing', ''],
    ['one segment', header],
    ['two segments', `${header}.${claims}`],
    ['four segments', `${TOKEN}.${signature}`],
    ['five segments, as an encrypted token has', `${header}.a.b.c.d`],
    ['an empty header', `.${claims}.${signature}`],
    ['an empty payload', `${header}..${signature}`],
    ['an empty signature', `${header}.${claims}.`],
    ['dots only', '..'],
    ['a header that is a list', withSegment(TOKEN, 0, toSegment([HEADER]))],
    ['a payload that is a list', withSegment(TOKEN, 1, toSegment([CLAIMS]))],
    ['a payload that is a string', withSegment(TOKEN, 1, toSegment('"iss"'))],
    ['a payload that is not JSON', withSegment(TOKEN, 1, toSegment('iss'))],
    ['a header that is JSON without an encoding', withSegment(TOKEN, 0, '{"alg":"ES256"}')],
    ['a repeated member in the header', withSegment(TOKEN, 0, toSegment('{"alg":"a","alg":"b"}'))],
    ['a repeated claim', withSegment(TOKEN, 1, toSegment('{"iss":"a","\\u0069ss":"b"}'))],
    ['padding on the header', withSegment(TOKEN, 0, `${toSegment('{"a": 1}')}=`)],
    ['padding on the signature', `${craftToken(HEADER, CLAIMS, 'x')}==`],
    ['stray bits in the signature', withSegment(TOKEN, 2, 'QR')],
    ['a signature in the other alphabet', withSegment(TOKEN, 2, '+/+/')],
    ['a space before', ` ${TOKEN}`],
    ['a space behind', `${TOKEN} `],
    ['a line break between', TOKEN.replace('.', '.\n')],
    ['a byte order mark in the payload', withSegment(TOKEN, 1, toSegment('\ufeff{}'))],
  ])('rejects a token with %s', (_fault, token) => {
    expect(parseJwt(token)).toBeUndefined();
  });

  test('accepts one spelling only: any changed character changes the token', () => {
    const changed = fc.record({
      at: fc.nat(TOKEN.length - 1),
      to: fc.constantFrom(...'ABab01-_=+/. \n\t\u00e9'),
    });
    fc.assert(
      fc.property(changed, ({ at, to }) => {
        const other = TOKEN.slice(0, at) + to + TOKEN.slice(at + 1);
        fc.pre(other !== TOKEN);
        const bytes = (token: string) =>
          token.split('.').map((one) => Buffer.from(one, 'base64url').toString('hex'));
        if (parseJwt(other) !== undefined) expect(bytes(other)).not.toEqual(bytes(TOKEN));
      }),
      { numRuns: 500 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkPath,
  decodePath,
  decodePathFully,
  ENCODED_SLASH,
} from '../../../packages/core/src/endpoints/path.js';

/** Whether the path is accepted, and if so, whether it holds an encoded slash. */
function check(path: string): 'ambiguous' | 'plain' | 'encoded slash' {
  try {
    return checkPath(path) & ENCODED_SLASH ? 'encoded slash' : 'plain';
  } catch {
    return 'ambiguous';
  }
}

/** Paths out of everything that has two readings somewhere, and of much that has one. */
const pieces = [
  ...['a', 'B', '0', '-', '_', '~', '.', '..', '...', '/', '//', '\\', '%', '%2', '%zz', '%2f'],
  ...['%2F', '%5c', '%5C', '%2e', '%2E%2e', '%61', '%41', '%7e', '%00', '%0a', '%7f', '%20', '%25'],
  ...[
    '%252e',
    '%3f',
    '%23',
    '%40',
    '@',
    ';',
    '=',
    '&',
    '+',
    '$',
    ',',
    ':',
    '!',
    "'",
    '(',
    ')',
    '*',
  ],
  ...['%c3%a9', '%c3', '%a9', '%e2%84%aa', '%c0%ae', '%ed%a0%80', '\u00e9', '\u212a', '\ud800'],
  ...[' ', '\t', '\n', '\0', '?', '#', '"', '<', '>', '^', '`', '{', '|', '}', '[', ']', '%u002e'],
];
const path = fc
  .array(fc.constantFrom(...pieces), { maxLength: 10 })
  .map((parts) => `/${parts.join('')}`);
const acceptedPath = path.filter((one) => check(one) !== 'ambiguous');

describe('checkPath', () => {
  test.each([
    ...['/', '/a', '/a/', '/a/b', '/rest/api/v1/search', '/a.b', '/.well-known', '/..a', '/a..'],
    ...[
      '/...',
      '/a/.../b',
      '/a;b=c',
      '/a@b',
      '/a:b',
      '/~ada',
      '/a%20b',
      '/caf%C3%A9',
      '/%40',
      '/%25',
    ],
    ...['/a+b', "/it's", '/a|b', '/{id}', '/a%3Fb', '/a%23b', '/50%25', '/50%25of', '/a%2520b'],
    ...['/%25C3', '/%2540', '/%252525', '/%25%25', '/%25/41'],
  ])('accepts %s', (one) => {
    expect(check(one)).toBe('plain');
  });

  test.each(['/a%2Fb', '/a%2fb', '/%2F', '/a/%2f/b', '/%2f%2f', '/a%252Fb', '/a%25252fb'])(
    'reports the slash in %s',
    (one) => {
      expect(check(one)).toBe('encoded slash');
    },
  );

  test.each([
    ['no path', ''],
    ['an asterisk', '*'],
    ['a relative path', 'a/b'],
    ['an absolute target', 'http://api.example/a'],
    ['an authority', 'api.example:443'],
    ['a double slash in front', '//a'],
    ['a double slash', '/a//b'],
    ['a double slash behind', '/a//'],
    ['only slashes', '//'],
    ['a dot segment', '/a/./b'],
    ['a dot segment in front', '/./a'],
    ['a dot segment behind', '/a/.'],
    ['a double dot segment', '/a/../b'],
    ['a double dot segment in front', '/../a'],
    ['a double dot segment behind', '/a/..'],
    ['an encoded dot', '/a/%2e/b'],
    ['encoded dots', '/a/%2E%2E/b'],
    ['half encoded dots', '/a/.%2e/b'],
    ['an encoded letter', '/%61dmin'],
    ['an encoded capital letter', '/%41dmin'],
    ['an encoded digit', '/v%31'],
    ['an encoded hyphen', '/a%2Db'],
    ['an encoded underscore', '/a%5Fb'],
    ['an encoded tilde', '/%7Eada'],
    ['a backslash', '/a\\b'],
    ['an encoded backslash', '/a%5Cb'],
    ['a backslash for the first slash', '\\a'],
    ['a NUL', '/a\0'],
    ['an encoded NUL', '/a%00'],
    ['an encoded line break', '/a%0D%0Ab'],
    ['an encoded tab', '/a%09'],
    ['an encoded DEL', '/a%7F'],
    ['a space', '/a b'],
    ['a tab', '/a\tb'],
    ['a query', '/a?b'],
    ['a fragment', '/a#b'],
    ['a character beyond ASCII', '/caf\u00e9'],
    ['a lone percent sign', '/100%'],
    ['half an encoding', '/a%2'],
    ['no hexadecimal', '/a%zz'],
    ['a Unicode encoding', '/a%u0041'],
    ['a lone byte of UTF-8', '/a%C3'],
    ['an encoded Latin-1 letter', '/caf%E9'],
    ['UTF-8 that a slash cuts', '/a%C3/%A9'],
    ['an overlong dot', '/a/%C0%AE'],
    ['an encoded surrogate', '/a%ED%A0%80'],
    ['an encoded letter, encoded', '/%2561dmin'],
    ['an encoded letter, encoded twice', '/%252561dmin'],
    ['encoded dots, encoded', '/a/%252e%252e/b'],
    ['an encoded backslash, encoded', '/a%255Cb'],
    ['an encoded NUL, encoded', '/a%2500'],
    ['full-width digits as an encoding', '/a%\uff12\uff15'],
  ])('rejects %s', (_fault, one) => {
    expect(check(one)).toBe('ambiguous');
  });

  test('rejects a path that has other segments after decoding once', () => {
    fc.assert(
      fc.property(acceptedPath, (one) => {
        const decoded = decodeURIComponent(one);
        expect(decoded).not.toMatch(/\\|\p{Cc}/u);
        expect(decodePathFully(one).replace(/[\x80-\uffff]/g, '')).not.toMatch(/\\|\p{Cc}/u);
        if (check(one) === 'encoded slash') return;
        expect(decoded.split('/')).toHaveLength(one.split('/').length);
        expect(decoded).not.toContain('//');
        for (const segment of decoded.split('/')) expect(segment).not.toMatch(/^\.\.?$/);
      }),
      { numRuns: 3000 },
    );
  });

  /** Bytes that are not UTF-8 stay encoded, such as those of `%25aa`. */
  const withoutNonAscii = (text: string) =>
    text.replace(/%[89a-f][\da-f]/gi, '').replace(/[^\0-\x7f]/g, '');

  test('decodes like a program that decodes until nothing changes', () => {
    fc.assert(
      fc.property(acceptedPath, (one) => {
        let decoded = decodePath(one);
        for (let before = one; decoded !== before; ) {
          before = decoded;
          decoded = before.replace(/%[0-7][\da-f]/gi, decodeURIComponent);
        }
        expect(withoutNonAscii(decodePathFully(one))).toBe(withoutNonAscii(decoded));
      }),
      { numRuns: 3000 },
    );
  });

  test('rejects a path that `URL` would change', () => {
    fc.assert(
      fc.property(acceptedPath, (one) => {
        const { pathname, search, hash, host } = new URL(`http://api.example${one}`);
        expect([host, search, hash]).toEqual(['api.example', '', '']);
        expect(decodeURI(pathname)).toBe(decodeURI(one));
        expect(pathname.split('/')).toHaveLength(one.split('/').length);
      }),
      { numRuns: 3000 },
    );
  });

  test('rejects a path whose segments equal a literal only after decoding', () => {
    const literal = /^[\w.~@$&+,;=-]+$/;
    fc.assert(
      fc.property(acceptedPath, (one) => {
        for (const segment of one.split('/')) {
          const decoded = decodeURI(segment);
          if (literal.test(segment) || literal.test(decoded)) expect(decoded).toBe(segment);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('checks the longest path in one pass', () => {
    const long = '/a%20b'.repeat(20_000);
    expect(check(long)).toBe('plain');
    expect(check(`${'/.a'.repeat(30_000)}/..`)).toBe('ambiguous');
  });
});

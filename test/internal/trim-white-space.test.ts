import { trimWhiteSpace } from '@mandate/internal/trim-white-space';
import { expect, test } from 'vitest';

test.each([
  ['a', 'a'],
  ['', ''],
  [' \t ', ''],
  ['\t a\tb c \t', 'a\tb c'],
])('removes spaces and tabs around %j', (text, trimmed) => {
  expect(trimWhiteSpace(text)).toBe(trimmed);
});

test.each(['\xa0', '\v', '\f', '\n', '\r', '\ufeff', '\u1680', '\u2003', '\u2028', '\u3000'])(
  'keeps %j, which is content',
  (character) => {
    const text = `${character}a${character}`;
    expect(trimWhiteSpace(text)).toBe(text);
    expect(trimWhiteSpace(character)).toBe(character);
  },
);

import { toAllowEncodedSlash } from '@mandate/core/adapter';
import { expect, test } from 'vitest';

test('is off unless it is set', () => {
  expect(toAllowEncodedSlash({})).toBe(false);
  expect(toAllowEncodedSlash({ endpoints: 'by-route' })).toBe(false);
  expect(toAllowEncodedSlash({ endpoints: 'by-map', allowEncodedSlash: false })).toBe(false);
  expect(toAllowEncodedSlash({ endpoints: 'by-route', allowEncodedSlash: true })).toBe(true);
});

test.each([{ allowEncodedSlash: true }, { endpoints: 'by-map', allowEncodedSlash: true } as const])(
  'is rejected where a map decides, which has it at its entries: %s',
  (options) => {
    expect(() => toAllowEncodedSlash(options)).toThrow(/by-route/);
  },
);

test('is rejected unless it is a boolean', () => {
  const options = { endpoints: 'by-route', allowEncodedSlash: 'false' } as never;
  expect(() => toAllowEncodedSlash(options)).toThrow(TypeError);
});

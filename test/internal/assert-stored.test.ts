import { assertMembers, assertStored } from '@mandate/internal/assert-stored';
import { describe, expect, test } from 'vitest';

describe('assertStored', () => {
  test.each([
    [{ a: 1, b: undefined }, { a: 1 }],
    [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    [
      { at: new Date(5), list: [{ a: undefined }] },
      { at: new Date(5), list: [{}] },
    ],
    [undefined, undefined],
  ])('accepts %j as %j', (actual, expected) => {
    expect(() => assertStored(actual, expected)).not.toThrow();
  });

  test.each([
    [{ a: 1 }, { a: '1' }],
    [{ a: null }, {}],
    [{ at: new Date(5) }, { at: new Date(6) }],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [{ a: 1, b: 2 }, { a: 1 }],
    [undefined, {}],
  ])('rejects %j as %j', (actual, expected) => {
    expect(() => assertStored(actual, expected)).toThrow();
  });
});

describe('assertMembers', () => {
  test('compares the members that are expected', () => {
    expect(() => assertMembers({ a: 1, b: 2 }, { a: 1, c: undefined })).not.toThrow();
    expect(() => assertMembers({ a: 1, b: 2 }, { b: 1 })).toThrow();
    expect(() => assertMembers({ a: 1 }, { a: undefined })).toThrow();
    expect(() => assertMembers(undefined, { a: undefined })).toThrow();
  });
});

import { checkNumber } from '@mandate/internal/check-number';
import { expect, test } from 'vitest';

test.each([
  [0, { min: 0 }],
  [0.5, { min: 0, max: 1 }],
  [1, { min: 1, max: 1, isInteger: true }],
  [Number.POSITIVE_INFINITY, { min: 0 }],
])('accepts %d in %o', (value, range) => {
  expect(() => checkNumber('createTimer: ms', value, range)).not.toThrow();
});

test.each([
  [Number.NaN, { min: 0 }, 'createTimer: ms must be a number of at least 0'],
  ['1', { min: 0 }, 'createTimer: ms must be a number of at least 0'],
  [-1, { min: 0, max: 9 }, 'createTimer: ms must be a number from 0 to 9'],
  [10, { min: 0, max: 9 }, 'createTimer: ms must be a number from 0 to 9'],
  [1.5, { min: 1, isInteger: true }, 'createTimer: ms must be a whole number of at least 1'],
  [
    Number.POSITIVE_INFINITY,
    { min: 1, isInteger: true },
    'createTimer: ms must be a whole number of at least 1',
  ],
])('rejects %o in %o', (value, range, message) => {
  expect(() => checkNumber('createTimer: ms', value, range)).toThrow(new TypeError(message));
});

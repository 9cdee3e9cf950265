import { describe, expect, test } from 'vitest';
import { createElapsedTime } from '../../../packages/core/src/keys/elapsed-time.js';

describe('createElapsedTime', () => {
  test('moves forward with the clock and never back', () => {
    let nowMs = 1000;
    const elapsedMs = createElapsedTime(() => nowMs);
    const seen = [1000, 1010, 1010, 500, 400, 450, 2000].map((at) => {
      nowMs = at;
      return elapsedMs();
    });
    expect(seen).toEqual([0, 10, 10, 10, 10, 60, 1610]);
  });
});

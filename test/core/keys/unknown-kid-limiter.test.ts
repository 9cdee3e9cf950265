import { describe, expect, it } from 'vitest';
import { UnknownKidLimiter } from '../../../packages/core/src/keys/unknown-kid-limiter.js';

const MINUTE = 60_000;

/** How many of the questions are allowed a fetch. */
function count(limiter: UnknownKidLimiter, kids: readonly string[], atMs: (i: number) => number) {
  return kids.filter((kid, i) => limiter.allows(kid, atMs(i))).length;
}

const randomKids = (length: number) => Array.from({ length }, () => crypto.randomUUID());

describe('UnknownKidLimiter', () => {
  it('allows the first unknown kid', () => {
    expect(new UnknownKidLimiter().allows('a', 0)).toBe(true);
  });

  it('allows a flood of random kids two fetches at once', () => {
    expect(count(new UnknownKidLimiter(), randomKids(1000), () => 0)).toBeLessThanOrEqual(2);
  });

  it('allows at most four at once and four a minute, whoever asks and however', () => {
    const floods: ((i: number) => string)[] = [
      (i) => `random-${i}`,
      () => 'always-the-same',
      (i) => `twice-${Math.floor(i / 2)}`,
      (i) => `in-turns-${i % 300}`,
    ];
    for (const kidOf of floods) {
      for (const everyMs of [0.1, 1, 10, 250, 1000]) {
        const limiter = new UnknownKidLimiter();
        const length = Math.min(20_000, (5 * MINUTE) / everyMs);
        const kids = Array.from({ length }, (_, i) => kidOf(i));
        const minutes = (length * everyMs) / MINUTE;
        expect(count(limiter, kids, (i) => i * everyMs)).toBeLessThanOrEqual(4 + 4 * minutes);
      }
    }
  });

  it('keeps a fetch for a kid that is asked for again during a flood', () => {
    const limiter = new UnknownKidLimiter();
    count(limiter, randomKids(1000), (i) => i / 10);
    expect(limiter.allows('rotated', 100)).toBe(false);
    expect(limiter.allows('rotated', 101)).toBe(true);
  });

  it('keeps a fetch for a kid that comes after a moment of quiet', () => {
    const limiter = new UnknownKidLimiter();
    count(limiter, randomKids(1000), (i) => i / 10);
    expect(limiter.allows('rotated', 100 + 250)).toBe(true);
  });

  it('allows fetches again a while after a flood that took all of them', () => {
    const limiter = new UnknownKidLimiter();
    count(limiter, Array(1000).fill('again'), () => 0);
    expect(limiter.allows('rotated', 14_999)).toBe(false);
    expect(limiter.allows('rotated', 15_000)).toBe(true);
  });
});

import { createMemoryAttemptLimiter } from '@mandate/issuer';
import { expect, test } from 'vitest';

test.each([
  ['no attempt', { attempts: 0, perSeconds: 60 }],
  ['no time', { attempts: 1, perSeconds: 0 }],
  ['half an attempt', { attempts: 0.5, perSeconds: 60 }],
  ['no number', { attempts: Number.NaN, perSeconds: 60 }],
  // Longer than a timer of Node can run: it would run at once, and forget every attempt.
  ['25 days', { attempts: 1, perSeconds: 2_160_000 }],
])('throws for an invalid limit: %s', (_, limit) => {
  expect(() => createMemoryAttemptLimiter(limit)).toThrow(TypeError);
});

test('the longest possible limit counts', async () => {
  const limiter = createMemoryAttemptLimiter({ attempts: 1, perSeconds: 2_147_483 });
  expect(await limiter.take('a')).toBe(0);
  await new Promise(setImmediate);
  expect(await limiter.take('a')).toBeGreaterThan(0);
});

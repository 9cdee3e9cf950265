import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { countPerMinute, KeySetClock, type Lookup } from '../../support/key-set-clock.js';
import { createSigningKey, type SigningKey } from '../../support/tokens.js';

const INTERVAL_MS = 5_000;

let first: SigningKey;
let second: SigningKey;

beforeAll(async () => {
  first = await createSigningKey('ES256', 'first');
  second = await createSigningKey('ES256', 'second');
});

/** How made-up kids repeat: once each, twice, thrice, thousands of times, or before they are published. */
const kidOf = (repeats: number | 'second') => (i: number) =>
  repeats === 'second' ? 'second' : `made-up-${Math.floor(i / repeats)}`;

const floods = fc.array(
  fc.record({
    everyMs: fc.constantFrom(1, 7, 100, 999, 5_000, 5_001, 20_000),
    count: fc.integer({ min: 1, max: 150 }),
    repeats: fc.constantFrom<number | 'second'>(1, 2, 3, 10_000, 'second'),
  }),
  { minLength: 1, maxLength: 6 },
);

interface Arrival {
  readonly atMs: number;
  readonly kid: string;
}

/** The arrivals of a flood, in milliseconds from its start. */
function toArrivals(flood: typeof floods extends fc.Arbitrary<infer T> ? T : never): Arrival[] {
  const arrivals: Arrival[] = [];
  let atMs = 0;
  for (const [segment, { everyMs, count, repeats }] of flood.entries()) {
    for (let i = 0; i < count; i++) {
      atMs += everyMs;
      const kid = kidOf(repeats)(i);
      arrivals.push({ atMs, kid: kid === 'second' ? kid : `${segment}-${kid}` });
    }
  }
  return arrivals;
}

/** Runs arrivals against a key set that knows `first`, and returns what became of them. */
async function run(clock: KeySetClock, arrivals: readonly Arrival[], rotateAtMs: number) {
  const startMs = clock.nowMs;
  clock.published = [first];
  const lookups: Lookup[] = [];
  const ordered = [...arrivals].sort((a, b) => a.atMs - b.atMs);
  for (const { atMs, kid } of ordered) {
    if (atMs >= rotateAtMs && clock.published.length === 1) {
      await clock.moveTo(startMs + rotateAtMs);
      clock.published = [first, second];
    }
    await clock.moveTo(startMs + atMs);
    lookups.push(clock.lookUp(kid));
    // With no latency the answer is due at the same time.
    await clock.moveTo(startMs + atMs);
  }
  await clock.moveTo(clock.nowMs + 10 * INTERVAL_MS);
  return lookups;
}

describe('a flood of made-up kids', () => {
  test('keeps a new key out for 5 s at most, for 12 fetches a minute at most', async () => {
    const property = fc.asyncProperty(
      floods,
      fc.integer({ min: 0, max: 4_000 }),
      fc.integer({ min: 1, max: 200_000 }),
      fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 20 }),
      async (flood, latencyMs, rotateAtMs, delaysMs) => {
        const clock = new KeySetClock();
        clock.latencyMs = latencyMs;
        const genuine = delaysMs.map((delayMs) => ({ atMs: rotateAtMs + delayMs, kid: 'second' }));
        const startMs = clock.nowMs;
        const lookups = await run(clock, [...toArrivals(flood), ...genuine], rotateAtMs);
        expect(countPerMinute(clock.startsMs)).toBeLessThanOrEqual(12);
        for (const lookup of lookups) check(lookup, startMs + rotateAtMs);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  function check(lookup: Lookup, rotatedAtMs: number): void {
    expect(lookup.outcome).not.toBe('waiting');
    const isPublished = lookup.kid === 'second' && lookup.arrivedAtMs >= rotatedAtMs;
    if (isPublished) {
      expect(lookup.outcome).not.toBe('unknown');
      if (lookup.arrivedAtMs >= rotatedAtMs + INTERVAL_MS) expect(lookup.outcome).toBe('found');
    } else if (lookup.kid !== 'second') {
      expect(lookup.outcome).not.toBe('found');
    }
    if (lookup.outcome === 'unknown') {
      expect(lookup.startedAfter).toBeGreaterThan(lookup.startedBefore);
    }
    if (lookup.outcome === 'unavailable') {
      expect(lookup.retryAfterSeconds).toBeGreaterThanOrEqual(1);
      expect(lookup.retryAfterSeconds).toBeLessThanOrEqual(5);
    }
  }

  test('does not reject a client that retries after Retry-After', async () => {
    const property = fc.asyncProperty(
      floods,
      fc.integer({ min: 0, max: 60_000 }),
      async (flood, sentAtMs) => {
        const clock = new KeySetClock();
        const startMs = clock.nowMs;
        const arrivals = toArrivals(flood).filter(({ atMs }) => atMs <= sentAtMs);
        await run(clock, [{ atMs: 0, kid: 'first' }, ...arrivals], Number.POSITIVE_INFINITY);
        clock.published = [first, second];
        await clock.moveTo(startMs + sentAtMs);
        const sent = clock.lookUp('second');
        await clock.moveTo(clock.nowMs);
        if (sent.outcome !== 'found') {
          await clock.moveTo(clock.nowMs + (sent.retryAfterSeconds ?? 0) * 1000);
          const again = clock.lookUp('second');
          await clock.moveTo(clock.nowMs);
          expect(again.outcome).toBe('found');
        }
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });

  test('causes 12 fetches a minute at most while the key server fails now and then', async () => {
    const property = fc.asyncProperty(
      floods,
      fc.infiniteStream(fc.boolean()),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      async (flood, failures, random) => {
        const clock = new KeySetClock(() => random);
        clock.fails = () => failures.next().value;
        const lookups = await run(clock, toArrivals(flood), Number.POSITIVE_INFINITY);
        expect(countPerMinute(clock.startsMs)).toBeLessThanOrEqual(12);
        for (const { outcome } of lookups) expect(['unknown', 'unavailable']).toContain(outcome);
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });
});

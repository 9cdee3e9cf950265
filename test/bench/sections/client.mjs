import { createTokenClient } from '@mandate/client';
import { interleave, median } from '../support/interleave.mjs';
import { row } from '../support/table.mjs';

const CALLS = 200_000;
const TARGET_MICROSECONDS = 2;

const fetchToken = async () => ({ token: 'a'.repeat(900), expiresInSeconds: 7200 });

/** What a cached token costs, because every request of an application pays for it. */
export async function measure() {
  const inMemory = createTokenClient({ fetchToken });
  const stored = createTokenClient({
    fetchToken,
    identity: { subject: 'alice' },
    storage: createStorage(),
  });
  const costs = await interleave(
    {
      'in memory': () => microsecondsPerCall(inMemory.getToken),
      'in a storage': () => microsecondsPerCall(stored.getToken),
    },
    11,
  );
  return Object.entries(costs).map(([where, all]) => {
    const microseconds = median(all);
    return row(
      `\`getToken\` with a token ${where}, awaited`,
      `${microseconds.toFixed(2)} µs`,
      `< ${TARGET_MICROSECONDS} µs`,
      microseconds < TARGET_MICROSECONDS,
    );
  });
}

/** A storage that is asked every time, as `localStorage` is. */
function createStorage() {
  const entries = new Map();
  return {
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, String(value)),
    removeItem: (key) => void entries.delete(key),
  };
}

async function microsecondsPerCall(getToken) {
  const startedAt = performance.now();
  for (let i = 0; i < CALLS; i++) await getToken();
  return ((performance.now() - startedAt) * 1000) / CALLS;
}

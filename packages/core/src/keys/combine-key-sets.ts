import type { JwtHeader } from '../jws/parse-jwt.js';
import type { KeySet, KeySetHealth, VerificationKey } from './key-set.js';

/** Combines several key sets into one. A token is verified by any key that fits it. */
export function combineKeySets(sets: readonly KeySet[]): KeySet {
  const [only] = sets;
  if (only !== undefined && sets.length === 1) return only;
  const get = (header: JwtHeader) => sets.flatMap((set) => set.get?.(header) ?? []);
  return {
    get,
    find: (header, request) => {
      // Not `find` of each: a set that lacks the key would start a fetch.
      const known = get(header);
      return known.length > 0 ? known : findInAll(sets, header, request);
    },
    // Each is called, because the call keeps a set current.
    isCurrent: (request) => sets.map((set) => set.isCurrent(request)).every(Boolean),
    warmUp: async () => {
      await Promise.all(sets.map((set) => set.warmUp?.()));
    },
    health: () => getWorst(sets.map((set) => set.health?.() ?? { status: 'ready' })),
  };
}

/** @throws what a set threw, if no set has the key: it may be in the set that could not be fetched. */
async function findInAll(
  sets: readonly KeySet[],
  header: JwtHeader,
  request: Parameters<KeySet['isCurrent']>[0],
): Promise<readonly VerificationKey[]> {
  const found = await Promise.allSettled(sets.map(async (set) => set.find(header, request)));
  const keys = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  if (keys.length > 0) return keys;
  for (const one of found) if (one.status === 'rejected') throw one.reason;
  return [];
}

function getWorst(states: readonly KeySetHealth[]): KeySetHealth {
  const find = (status: KeySetHealth['status']) => states.find((one) => one.status === status);
  return find('unavailable') ?? find('stale') ?? { status: 'ready' };
}

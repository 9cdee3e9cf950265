import { Generations } from '@mandate/internal/generations';
import { AuthError } from '../auth-error.js';
import { toJwk } from '../key-formats/to-jwk.js';
import type { FetchLike } from '../keys/fetch-text.js';
import type { KeySet } from '../keys/key-set.js';
import { createKeySet } from '../keys/remote-key-set.js';
import { UUID } from './check-values.js';

/** Load balancers of a region sign with few keys. */
const MAX_KEYS = 32;
/** Everyone can invent a `kid`, and each unknown one costs a fetch. */
const MIN_INTERVAL_MS = 1_000;

/**
 * The keys of the load balancers of a region, which are published one by one, as PEM at a URL that ends with
 * `kid`. Each is a key set of its own, with the same refresh and the same outage behaviour.
 */
export function createAlbKeySet(baseUrl: string): KeySet {
  const sets = new Generations<KeySet>(MAX_KEYS);
  /** The key sets whose first fetch is in flight, so that requests with the same key share it. */
  const pending = new Map<string, KeySet>();
  let lastMs = Number.NEGATIVE_INFINITY;
  const create = (kid: string): KeySet => {
    const nowMs = Date.now();
    if (nowMs >= lastMs && nowMs - lastMs < MIN_INTERVAL_MS) {
      throw new AuthError(
        'verifier_unavailable',
        'the key is unknown, and it is too early to fetch another key of the load balancer',
        { retryAfterSeconds: 1 },
      );
    }
    lastMs = nowMs;
    return createKeySet({ url: `${baseUrl}/${kid}`, fetch: fetchPem(kid) });
  };
  return {
    find: async (header, request) => {
      const { kid } = header;
      if (typeof kid !== 'string' || !UUID.test(kid)) return [];
      const known = sets.get(kid) ?? pending.get(kid);
      if (known !== undefined) return known.find(header, request);
      const set = create(kid);
      pending.set(kid, set);
      try {
        const keys = await set.find(header, request);
        // Only a key that exists is remembered, so invented ones cannot evict it.
        if (keys.length > 0) sets.set(kid, set);
        return keys;
      } finally {
        pending.delete(kid);
      }
    },
    isCurrent: () => true,
  };
}

/** Converts the PEM text to the JWK Set that a key set expects. */
const fetchPem =
  (kid: string): FetchLike =>
  async (url, init) => {
    const response = await fetch(url, init);
    if (!response.ok) return response;
    const jwk = await toJwk(await response.text(), { algorithm: 'ES256', kid });
    return Response.json({ keys: [jwk] });
  };

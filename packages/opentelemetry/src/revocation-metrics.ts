import type { Meter } from '@opentelemetry/api';

/** What a token store of `@mandate/tokens` has, as far as it is observed. */
export interface ObservedTokenStore {
  get(id: string): Promise<{ readonly revokedAt?: Date | undefined } | undefined>;
  onChange(listener: (tokenId: string | undefined) => void): () => void;
}

/** A notification takes milliseconds; a database that was away for a minute is seen at the end. */
const BOUNDARIES_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60];

/** Measures how long it takes until this process learns that a token was revoked. */
export function observeRevocations(
  meter: Meter,
  store: ObservedTokenStore,
  now: () => number,
): () => void {
  const lag = meter.createHistogram('mandate.revocation.lag', {
    unit: 's',
    description: 'Seconds from the revocation of a token until this process was notified',
    advice: { explicitBucketBoundaries: BOUNDARIES_SECONDS },
  });
  const measured = new Set<string>();
  return store.onChange((tokenId) => {
    // Without an id, the store was away and anything may have changed.
    if (tokenId === undefined) return;
    const notifiedAtMs = now();
    const record = async (): Promise<void> => {
      const { revokedAt } = (await store.get(tokenId)) ?? {};
      if (revokedAt === undefined || measured.has(tokenId)) return;
      remember(measured, tokenId);
      lag.record(Math.max(0, notifiedAtMs - revokedAt.getTime()) / 1000);
    };
    // A store that fails must not end the process; its verifier reports the failure.
    record().catch(() => {});
  });
}

const MAX_MEASURED = 1000;

/** A later change of a revoked token must not be measured as a long lag. */
function remember(measured: Set<string>, tokenId: string): void {
  const [oldest] = measured;
  if (measured.size >= MAX_MEASURED && oldest !== undefined) measured.delete(oldest);
  measured.add(tokenId);
}

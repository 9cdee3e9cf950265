import type { DeliveryFailure, DeliveryOutcome } from '@mandate/exports';
import type { Sites } from './state.js';
import { LONG_NAME } from './state-site.js';

/** Every failure with the status of the delivery after it. */
const FAILURES: Readonly<Record<DeliveryFailure, 'pending' | 'dead'>> = {
  rejected: 'dead',
  forbidden: 'dead',
  ambiguous: 'dead',
  unreadable: 'dead',
  other_site: 'dead',
  unauthorized: 'pending',
  redirected: 'pending',
  gone: 'pending',
  throttled: 'pending',
  receiver_refused: 'pending',
  receiver_unavailable: 'pending',
  address_refused: 'pending',
  proxy_failed: 'pending',
  destination_invalid: 'pending',
  quota_exceeded: 'pending',
  storage_exceeded: 'pending',
  api_disabled: 'pending',
  org_locked: 'pending',
  feature_disabled: 'pending',
  request_too_long: 'pending',
  api_version_retired: 'pending',
};

const TYPES = ['engagement', 'engagement_start', 'engagement_transfer', 'user_presence_update'];

/** Stores deliveries of a connection that failed in every way, that were delivered, and that wait. */
export async function addDeliveries({ site }: Sites, connectionId: string): Promise<void> {
  const { exportStore } = site;
  const nowMs = Date.now();
  const outcomes: Omit<DeliveryOutcome, 'id' | 'owner'>[] = [
    ...Object.entries(FAILURES).map(([failure, status], i) => ({
      status,
      failure: failure as DeliveryFailure,
      responseStatus: i % 3 === 0 ? undefined : 503,
      nextAttemptAtMs: status === 'dead' ? undefined : nowMs + 3_600_000,
      countsAsAttempt: true,
      atMs: nowMs - i * 3_600_000,
    })),
    ...Array.from({ length: 12 }, (_, i) => ({
      ...({ status: 'delivered', failure: undefined, responseStatus: 201 } as const),
      ...{ nextAttemptAtMs: undefined, countsAsAttempt: true },
      atMs: nowMs - i * i * 400_000,
    })),
  ];
  const ids = Array.from({ length: outcomes.length + 2 }, (_, i) => `${connectionId}.${i}`);
  await exportStore.insertDeliveries(
    ids.map((id, i) => ({
      ...{ id, connectionId, event: '{}', dedupeKey: id, revision: i % 9 === 0 ? 2 : 0 },
      engagementId:
        i === 3 ? LONG_NAME : `3f2504e0-4f89-11d3-9a0c-0305e82c33${String(i).padStart(2, '0')}`,
      exportType: TYPES[i % TYPES.length] ?? 'engagement',
      ...({ status: 'pending', failure: undefined, responseStatus: undefined } as const),
      ...{ attempts: 0, deliveredAt: undefined, diedAt: undefined },
      createdAt: new Date(nowMs - i * 900_000),
      nextAttemptAt: new Date(nowMs - i * 900_000),
    })),
  );
  const lease = { owner: connectionId, nowMs, leaseUntilMs: nowMs + 60_000, except: [] };
  const limit = outcomes.length;
  const claimed = await exportStore.claimDeliveries({ ...lease, limit, perConnection: limit });
  for (const [i, { id }] of claimed.entries()) {
    await exportStore.settleDelivery({ ...outcomes[i]!, id, owner: connectionId });
  }
}

import type { Meter } from '@opentelemetry/api';

/** What a delivery event of `@mandate/exports` has, as far as it is counted. */
export interface DeliveryEventLike {
  readonly type: 'delivered' | 'failed' | 'dead';
  readonly exportType: string;
  readonly failure?: string;
  readonly afterMs?: number;
}

/** What an event about a connection has, as far as it is counted. */
export interface ConnectionEventLike {
  readonly type: 'paused' | 'recovered' | 'disabled' | 'needs_reauthorization';
  readonly reason?: string | undefined;
}

/** An event of `@mandate/exports`. */
export type ExportEventLike = DeliveryEventLike | ConnectionEventLike;

/** What `createExports` of `@mandate/exports` returns, as far as it is observed. */
export interface ObservedExports {
  readonly connections: { list(): Promise<readonly { readonly id: string }[]> };
  countDeliveries(connectionId: string): Promise<{
    readonly waiting: number;
    readonly dead: number;
    readonly oldestWaitingAt: Date | undefined;
  }>;
}

/** Deliveries arrive within milliseconds, or after hours of retries. */
const BOUNDARIES_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 600, 3600, 21_600, 86_400];

/** Counts deliveries and what happens to connections. */
export function createExportMetrics(meter: Meter): (event: ExportEventLike) => void {
  const deliveries = meter.createCounter('mandate.deliveries', {
    unit: '{attempt}',
    description: 'Attempts to deliver an event, by outcome',
  });
  const delay = meter.createHistogram('mandate.delivery.delay', {
    unit: 's',
    description: 'Seconds from enqueuing an event to its arrival',
    advice: { explicitBucketBoundaries: BOUNDARIES_SECONDS },
  });
  const changes = meter.createCounter('mandate.connection.changes', {
    unit: '{change}',
    description: 'Pauses, recoveries and failures of connections',
  });
  return (event) => {
    if (!('exportType' in event)) {
      const attributes = { 'mandate.change': event.type, 'mandate.reason': event.reason ?? 'none' };
      return changes.add(1, attributes);
    }
    const { type, exportType, failure = 'none', afterMs } = event;
    const kind = { 'mandate.export_type': exportType };
    deliveries.add(1, { ...kind, 'mandate.outcome': type, 'mandate.failure': failure });
    if (afterMs !== undefined) delay.record(afterMs / 1000, kind);
  };
}

/** Observes how many deliveries wait and how old the oldest one is, over all connections. */
export function observeDeliveries(
  meter: Meter,
  exports: ObservedExports,
  now: () => number,
): () => void {
  const waiting = meter.createObservableGauge('mandate.deliveries.waiting', {
    unit: '{delivery}',
    description: 'Deliveries that wait to be sent or retried',
  });
  const dead = meter.createObservableGauge('mandate.deliveries.dead', {
    unit: '{delivery}',
    description: 'Deliveries that were given up and wait to be replayed',
  });
  const oldest = meter.createObservableGauge('mandate.deliveries.oldest_age', {
    unit: 's',
    description: 'The age of the oldest delivery that waits; 0 if none does',
  });
  const observe: Parameters<typeof meter.addBatchObservableCallback>[0] = async (result) => {
    const counts = await countAll(exports);
    const sum = (name: 'waiting' | 'dead') => counts.reduce((total, one) => total + one[name], 0);
    const ages = counts.map(({ oldestWaitingAt: at }) => (at ? now() - at.getTime() : 0));
    result.observe(waiting, sum('waiting'));
    result.observe(dead, sum('dead'));
    result.observe(oldest, Math.max(0, ...ages) / 1000);
  };
  meter.addBatchObservableCallback(observe, [waiting, dead, oldest]);
  return () => meter.removeBatchObservableCallback(observe, [waiting, dead, oldest]);
}

/** One connection after the other, so that a reading does not take the connections of the database. */
async function countAll(
  exports: ObservedExports,
): Promise<Awaited<ReturnType<ObservedExports['countDeliveries']>>[]> {
  const counts = [];
  for (const { id } of await exports.connections.list()) {
    counts.push(await exports.countDeliveries(id));
  }
  return counts;
}

/** A message from an agent to a visitor's page: `invoke` runs a function there, `signal` carries data. */
export interface Signal {
  readonly mtype: 'invoke' | 'signal';
  readonly data: unknown;
}

/** The visitors on each group's pages. They are kept in memory; after a restart, the next visit adds them again. */
export interface Visitors {
  /** Records that a visitor's page is open. @returns the signals that arrived since its last visit. */
  visit(groupId: string, visitorId: string): readonly Signal[];
  /** When the visitor's page last visited; `undefined` if that is too long ago. */
  find(groupId: string, visitorId: string): Date | undefined;
  /** Keeps a signal for the visitor's next visit. @returns whether the visitor is present. */
  signal(groupId: string, visitorId: string, signal: Signal): boolean;
}

interface Visitor {
  readonly seenAtMs: number;
  readonly signals: readonly Signal[];
}

/** An open page visits every two seconds. */
const GONE_AFTER_MS = 5_000;
/** Limits the memory that visitors can use, because anyone can visit. */
const MAX_VISITORS = 10_000;
const MAX_SIGNALS = 20;

export function createVisitors(now: () => number = Date.now): Visitors {
  // By group and visitor, in the order of the last visits.
  const visitors = new Map<string, Visitor>();
  const toKey = (groupId: string, visitorId: string) => JSON.stringify([groupId, visitorId]);
  const get = (key: string) => {
    const visitor = visitors.get(key);
    return visitor !== undefined && now() - visitor.seenAtMs <= GONE_AFTER_MS ? visitor : undefined;
  };
  return {
    visit(groupId, visitorId) {
      const key = toKey(groupId, visitorId);
      const { signals } = get(key) ?? { signals: [] };
      visitors.delete(key);
      visitors.set(key, { seenAtMs: now(), signals: [] });
      const [oldest = key] = visitors.keys();
      if (visitors.size > MAX_VISITORS) visitors.delete(oldest);
      return signals;
    },
    find(groupId, visitorId) {
      const visitor = get(toKey(groupId, visitorId));
      return visitor && new Date(visitor.seenAtMs);
    },
    signal(groupId, visitorId, signal) {
      const key = toKey(groupId, visitorId);
      const visitor = get(key);
      if (visitor === undefined || visitor.signals.length >= MAX_SIGNALS) return false;
      visitors.set(key, { ...visitor, signals: [...visitor.signals, signal] });
      return true;
    },
  };
}

/** What an agent sends to a visitor's page: to run a function there (`invoke`), or anything else. */
export interface Signal {
  readonly mtype: 'invoke' | 'signal';
  readonly data: unknown;
}

/** Who is on which group's pages. In memory: after a restart, everybody is back with the next visit. */
export interface Visitors {
  /** A visitor's page is open. @returns the signals that have come since it last said so. */
  visit(groupId: string, visitorId: string): readonly Signal[];
  /** When the visitor's page was last heard of; `undefined` if that is too long ago. */
  find(groupId: string, visitorId: string): Date | undefined;
  /** Keeps a signal for the next visit. @returns whether the visitor is there. */
  signal(groupId: string, visitorId: string, signal: Signal): boolean;
}

interface Visitor {
  readonly seenAtMs: number;
  readonly signals: readonly Signal[];
}

/** Pages say every two seconds that they are open. */
const GONE_AFTER_MS = 5_000;
/** Anybody can visit: what they can make this process remember is limited. */
const MAX_VISITORS = 10_000;
const MAX_SIGNALS = 20;

export function createVisitors(now: () => number = Date.now): Visitors {
  // By group and visitor, in the order of their last visits.
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

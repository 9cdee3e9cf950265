import { type LeaseOptions, withLease } from './lease.js';

/** The part of `navigator.locks` that is used. */
export interface LockManagerLike {
  /** With `ifAvailable`, calls `run` with `null` if the lock is not free. */
  request(
    name: string,
    options: { readonly signal?: AbortSignal; readonly ifAvailable?: boolean },
    run: (lock: object | null) => Promise<unknown> | null,
  ): Promise<unknown>;
}

/** Runs one task at a time under a name, in all tabs that share a storage. */
export type TabLock = <Value>(name: string, run: Exclusive<Value>) => Promise<Value>;

/** The task. `hadToWait` is true if another tab held the lock before. */
export type Exclusive<Value> = (hadToWait: boolean) => Promise<Value>;

export interface TabLockOptions extends LeaseOptions {
  /** `null`: use a lease in the storage. Default: the browser's lock manager. */
  readonly locks?: LockManagerLike | null | undefined;
}

/**
 * Uses Web Locks if the browser has them; otherwise, such as on a page without TLS, a lease in the
 * storage. After `waitMs` the task runs without a lock, because a frozen tab must not stop others.
 */
export function createTabLock(options: TabLockOptions): TabLock {
  const { locks = getLocks() } = options;
  // A tab that sees the end of the lease also sees the token, because both are in the storage.
  if (!locks) return (name, run) => withLease(name, () => run(false), options);
  return (name, run) => withWebLock(locks, name, run, options.waitMs);
}

const getLocks = (): LockManagerLike | undefined =>
  (globalThis.navigator as { readonly locks?: LockManagerLike } | undefined)?.locks;

async function withWebLock<Value>(
  locks: LockManagerLike,
  name: string,
  run: Exclusive<Value>,
  waitMs: number,
): Promise<Value> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), waitMs);
  let running: Promise<Value> | undefined;
  const enter = (hadToWait: boolean): Promise<Value> => {
    clearTimeout(timer);
    running = run(hadToWait);
    return running;
  };
  try {
    await locks.request(name, { ifAvailable: true }, (lock) => lock && enter(false));
    if (!running) await locks.request(name, { signal: giveUp.signal }, () => enter(true));
  } catch {
    // An error of the task itself is rethrown below.
  } finally {
    clearTimeout(timer);
  }
  // The wait took too long, or locks are forbidden here. A surplus request does less harm than
  // none.
  return running ?? run(false);
}

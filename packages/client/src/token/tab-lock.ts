import { type LeaseOptions, withLease } from './lease.js';

/** The part of `navigator.locks` that is used. */
export interface LockManagerLike {
  /** With `ifAvailable`, `run` is called with `null` where it would have to wait. */
  request(
    name: string,
    options: { readonly signal?: AbortSignal; readonly ifAvailable?: boolean },
    run: (lock: object | null) => Promise<unknown> | null,
  ): Promise<unknown>;
}

/** Runs one thing at a time under a name, in all tabs that share a storage. */
export type TabLock = <Value>(name: string, run: Exclusive<Value>) => Promise<Value>;

/** What runs alone. It is told whether it had to wait for somebody else. */
export type Exclusive<Value> = (hadToWait: boolean) => Promise<Value>;

export interface TabLockOptions extends LeaseOptions {
  /** `null`: as if the browser had none. Default: the browser's. */
  readonly locks?: LockManagerLike | null | undefined;
}

/**
 * Web Locks where there are any; elsewhere, such as on a page without TLS, a lease in the storage. After
 * `waitMs` it runs without a lock: a frozen tab must not stop others.
 */
export function createTabLock(options: TabLockOptions): TabLock {
  const { locks = readLocks() } = options;
  // Who sees the lease gone sees the token, too: both are in the storage.
  if (!locks) return (name, run) => withLease(name, () => run(false), options);
  return (name, run) => withWebLock(locks, name, run, options.waitMs);
}

const readLocks = (): LockManagerLike | undefined =>
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
    // What it threw itself is thrown below.
  } finally {
    clearTimeout(timer);
  }
  // Waited long enough, or locks are forbidden here: one request too many is the lesser evil.
  return running ?? run(false);
}

import { type LeaseOptions, withLease } from './lease.js';

/** The part of `navigator.locks` that is used. */
export interface LockManagerLike {
  request<Value>(
    name: string,
    options: { readonly signal: AbortSignal },
    run: () => Promise<Value>,
  ): Promise<Value>;
}

/** Runs one thing at a time under a name, in all tabs that share a storage. */
export type TabLock = <Value>(name: string, run: () => Promise<Value>) => Promise<Value>;

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
  if (!locks) return (name, run) => withLease(name, run, options);
  return (name, run) => withWebLock(locks, name, run, options.waitMs);
}

const readLocks = (): LockManagerLike | undefined =>
  (globalThis.navigator as { readonly locks?: LockManagerLike } | undefined)?.locks;

async function withWebLock<Value>(
  locks: LockManagerLike,
  name: string,
  run: () => Promise<Value>,
  waitMs: number,
): Promise<Value> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), waitMs);
  let entered = false;
  try {
    return await locks.request(name, { signal: giveUp.signal }, () => {
      entered = true;
      clearTimeout(timer);
      return run();
    });
  } catch (error) {
    if (entered) throw error;
    // Waited long enough, or locks are forbidden here: one request too many is the lesser evil.
    return run();
  } finally {
    clearTimeout(timer);
  }
}

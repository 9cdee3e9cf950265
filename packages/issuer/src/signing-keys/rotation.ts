import type { StoredSigningKey } from './signing-key-store.js';

/** The schedule of keys, in milliseconds. */
export interface RotationSchedule {
  /** How long a key signs. */
  readonly rotateEveryMs: number;
  /** How long a key is published before it signs, so that verifiers can fetch it. */
  readonly publishAheadMs: number;
  /**
   * How long a key stays published after it stops signing: the longest lifetime of its last token.
   */
  readonly keepMs: number;
}

/** The largest expected difference between the clocks of instances and verifiers. */
export const CLOCK_SKEW_MS = 60_000;

/**
 * The key that signs now. A newer key that is only published does not sign yet, unless it is the
 * only one: then the clock that created it was ahead of this one.
 */
export function chooseSigningKey(
  keys: readonly StoredSigningKey[],
  nowMs: number,
): StoredSigningKey | undefined {
  return keys.findLast(({ signsFromMs }) => signsFromMs <= nowMs) ?? keys[0];
}

/** Adds a key, in the order in which the keys sign. */
export function addKey(
  keys: readonly StoredSigningKey[],
  added: StoredSigningKey,
): readonly StoredSigningKey[] {
  return [...keys, added].sort((a, b) => a.signsFromMs - b.signsFromMs);
}

/** Drops the keys whose last token has expired. */
export function dropExpired(
  keys: readonly StoredSigningKey[],
  nowMs: number,
  { keepMs }: RotationSchedule,
): readonly StoredSigningKey[] {
  return keys.filter((_, index) => {
    const next = keys[index + 1];
    return next === undefined || next.signsFromMs + keepMs > nowMs;
  });
}

/** When the next key starts to sign, if it must be created now; otherwise `undefined`. */
export function planNextKey(
  keys: readonly StoredSigningKey[],
  algorithm: string,
  nowMs: number,
  { rotateEveryMs, publishAheadMs }: RotationSchedule,
): number | undefined {
  // A key further ahead was created by a wrong clock, and rotation must not wait for it.
  const latestMs = nowMs + publishAheadMs + CLOCK_SKEW_MS;
  const newest = keys.findLast(({ signsFromMs }) => signsFromMs <= latestMs);
  // The first key signs immediately, because no verifier has fetched a set without it.
  if (newest === undefined) return nowMs;
  if (newest.signsFromMs > nowMs) return undefined;
  const dueMs = newest.algorithm === algorithm ? newest.signsFromMs + rotateEveryMs : nowMs;
  return nowMs >= dueMs - publishAheadMs ? Math.max(dueMs, nowMs + publishAheadMs) : undefined;
}

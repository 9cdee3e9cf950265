import type { StoredSigningKey } from './signing-key-store.js';

/** When keys come and go, in milliseconds. */
export interface RotationSchedule {
  /** For how long a key signs. */
  readonly rotateEveryMs: number;
  /** How long before it signs it is published: verifiers must have fetched it by then. */
  readonly publishAheadMs: number;
  /** How long it stays published after it signs no more: as long as its last token may live. */
  readonly keepMs: number;
}

/** How far clocks may be apart: ours, those of other instances, and those of verifiers. */
export const SKEW_MS = 60_000;

/**
 * The key that signs now. A newer one that is published only is not it, unless there is no other: the
 * clock that the first one was made by was ahead of ours.
 */
export function chooseSigningKey(
  keys: readonly StoredSigningKey[],
  nowMs: number,
): StoredSigningKey | undefined {
  return keys.findLast(({ signsFromMs }) => signsFromMs <= nowMs) ?? keys[0];
}

/** The keys with one more, in the order in which they sign. */
export function addKey(
  keys: readonly StoredSigningKey[],
  added: StoredSigningKey,
): readonly StoredSigningKey[] {
  return [...keys, added].sort((a, b) => a.signsFromMs - b.signsFromMs);
}

/** The keys without those whose last token has expired. */
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

/** When the next key must start to sign, if it is due to be made; `undefined` if it is not. */
export function planNextKey(
  keys: readonly StoredSigningKey[],
  algorithm: string,
  nowMs: number,
  { rotateEveryMs, publishAheadMs }: RotationSchedule,
): number | undefined {
  // One that is farther ahead was made by a wrong clock. Nothing must wait until then.
  const latestMs = nowMs + publishAheadMs + SKEW_MS;
  const newest = keys.findLast(({ signsFromMs }) => signsFromMs <= latestMs);
  // Nobody has fetched a set yet that could lack the first key.
  if (newest === undefined) return nowMs;
  if (newest.signsFromMs > nowMs) return undefined;
  const dueMs = newest.algorithm === algorithm ? newest.signsFromMs + rotateEveryMs : nowMs;
  return nowMs >= dueMs - publishAheadMs ? Math.max(dueMs, nowMs + publishAheadMs) : undefined;
}

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

/** The key that signs now. A newer one that is published only is not it. */
export function chooseSigningKey(
  keys: readonly StoredSigningKey[],
  nowMs: number,
): StoredSigningKey | undefined {
  return keys.findLast(({ signsFromMs }) => signsFromMs <= nowMs);
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
  const newest = keys.at(-1);
  // Nobody has fetched a set yet that could lack the first key.
  if (newest === undefined) return nowMs;
  if (newest.signsFromMs > nowMs) return undefined;
  const dueMs = newest.algorithm === algorithm ? newest.signsFromMs + rotateEveryMs : nowMs;
  return nowMs >= dueMs - publishAheadMs ? Math.max(dueMs, nowMs + publishAheadMs) : undefined;
}

import type { Principal } from '@mandate/core';
import type { MaybePromise } from '@mandate/internal/maybe-promise';

/**
 * Who opened each session and task. Replace the one in memory if several instances serve the same sessions. Keys and
 * values are text without a secret, except that a key has the id of a session.
 */
export interface McpOwners {
  get(key: string): MaybePromise<string | undefined>;
  set(key: string, owner: string): MaybePromise<void>;
  delete(key: string): MaybePromise<void>;
}

/** How many sessions and tasks are remembered. The one that was not used for the longest time is forgotten first. */
const MAX_ENTRIES = 100_000;

/** Keeps the owners in the memory of this process. */
export class MemoryOwners implements McpOwners {
  readonly #owners = new Map<string, string>();

  get(key: string): string | undefined {
    const owner = this.#owners.get(key);
    if (owner !== undefined) this.#keep(key, owner);
    return owner;
  }

  set(key: string, owner: string): void {
    this.#keep(key, owner);
    if (this.#owners.size <= MAX_ENTRIES) return;
    const [oldest] = this.#owners.keys();
    if (oldest !== undefined) this.#owners.delete(oldest);
  }

  delete(key: string): void {
    this.#owners.delete(key);
  }

  /** A map has its keys in the order in which they were set. */
  #keep(key: string, owner: string): void {
    this.#owners.delete(key);
    this.#owners.set(key, owner);
  }
}

/**
 * A text that is the same for the same caller, also with another token. Anonymous tokens have one subject, so the token
 * tells them apart.
 */
export function toOwner({
  issuer = '',
  subject,
  actor,
  permission,
  tokenId = '',
}: Principal<object>): string {
  const token = permission === 'ANONYMOUS' ? tokenId : '';
  return JSON.stringify([permission, issuer, subject, actor?.subject ?? '', token]);
}

import { type AgingToken, isCurrent, toAgingToken } from './aging-token.js';
import { readStoredToken, writeStoredToken } from './stored-token.js';
import type { IssuedToken } from './token-answer.js';
import type { TokenKey } from './token-key.js';
import { listTokenKeys, type TokenStorage } from './token-storage.js';

/** An entry as it was last read, so that it is parsed once. */
interface Remembered extends AgingToken {
  readonly text: string;
}

/** Changes with every `clearToken`, in every tab: whoever is asking for a token then sees that. */
const CLEARED = 'mandate-client:cleared';

/**
 * The tokens of a storage. The storage is asked every time, and so what another tab stored or cleared
 * counts at once; only the parsing is remembered.
 */
export class TokenCache {
  readonly #storage: TokenStorage;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #remembered = new Map<TokenKey, Remembered>();

  constructor(storage: TokenStorage, now: () => number, random: () => number) {
    this.#storage = storage;
    this.#now = now;
    this.#random = random;
  }

  /** The token, if it has more than the margin left. */
  read(key: TokenKey, marginMs = 0): IssuedToken | undefined {
    const text = this.#storage.getItem(key);
    const entry = typeof text === 'string' ? this.#parse(key, text) : undefined;
    return entry && isCurrent(entry, this.#now(), marginMs) ? entry.issued : undefined;
  }

  write(key: TokenKey, issued: IssuedToken): void {
    this.#storage.setItem(key, writeStoredToken(key, issued));
  }

  remove(key: TokenKey): void {
    this.#storage.removeItem(key);
    this.#remembered.delete(key);
  }

  /** Removes the tokens of every server, service, group and subject. */
  removeAll(): void {
    const keys = [...listTokenKeys(this.#storage), ...this.#remembered.keys()];
    for (const key of keys) this.remove(key as TokenKey);
  }

  /** What {@link markCleared} last wrote, here or in another tab. */
  readClearMark(): string | null | undefined {
    return this.#storage.getItem(CLEARED);
  }

  /** From now on, no token that was asked for before is stored. */
  markCleared(): void {
    this.#storage.setItem(CLEARED, `${this.#now()}.${this.#random()}`);
  }

  #parse(key: TokenKey, text: string): Remembered | undefined {
    const remembered = this.#remembered.get(key);
    if (remembered?.text === text) return remembered;
    const nowMs = this.#now();
    const issued = readStoredToken(key, text, nowMs);
    if (issued === undefined) return undefined;
    const entry = { text, ...toAgingToken(issued, nowMs) };
    this.#remembered.set(key, entry);
    return entry;
  }
}

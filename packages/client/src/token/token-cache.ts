import { type AgingToken, isCurrent, toAgingToken } from './aging-token.js';
import { formatStoredToken, parseStoredToken } from './stored-token.js';
import type { TimedToken } from './token-answer.js';
import type { TokenKey } from './token-key.js';
import { listTokenKeys, type TokenStorage } from './token-storage.js';

/** A stored entry that has already been parsed. */
interface ParsedEntry extends AgingToken {
  readonly text: string;
}

/**
 * The name of an entry that changes with every `clearToken`, so that a request pending in any tab
 * notices.
 */
const CLEARED = 'mandate-client:cleared';

/**
 * The tokens in a storage. Every look-up reads the storage, so changes by other tabs apply
 * immediately; only the parsed form is remembered.
 */
export class TokenCache {
  readonly #storage: TokenStorage;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #parsed = new Map<TokenKey, ParsedEntry>();

  constructor(storage: TokenStorage, now: () => number, random: () => number) {
    this.#storage = storage;
    this.#now = now;
    this.#random = random;
  }

  /** The token, if more than the margin is left. */
  load(key: TokenKey, marginMs = 0): TimedToken | undefined {
    const text = this.#storage.getItem(key);
    const entry = typeof text === 'string' ? this.#parse(key, text) : undefined;
    return entry && isCurrent(entry, this.#now(), marginMs) ? entry.token : undefined;
  }

  store(key: TokenKey, token: TimedToken): void {
    this.#storage.setItem(key, formatStoredToken(key, token));
  }

  remove(key: TokenKey): void {
    this.#storage.removeItem(key);
    this.#parsed.delete(key);
  }

  /** Removes the tokens of every server, service, group and subject. */
  removeAll(): void {
    const keys = [...listTokenKeys(this.#storage), ...this.#parsed.keys()];
    for (const key of keys) this.remove(key as TokenKey);
  }

  /** The mark that {@link markCleared} last wrote, here or in another tab. */
  loadClearMark(): string | null | undefined {
    return this.#storage.getItem(CLEARED);
  }

  /** Prevents tokens that were requested earlier from being stored. */
  markCleared(): void {
    this.#storage.setItem(CLEARED, `${this.#now()}.${this.#random()}`);
  }

  #parse(key: TokenKey, text: string): ParsedEntry | undefined {
    const known = this.#parsed.get(key);
    if (known?.text === text) return known;
    const nowMs = this.#now();
    const token = parseStoredToken(key, text, nowMs);
    if (token === undefined) return undefined;
    const entry = { text, ...toAgingToken(token, nowMs) };
    this.#parsed.set(key, entry);
    return entry;
  }
}

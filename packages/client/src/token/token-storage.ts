import { KEY_PREFIX } from './token-key.js';

/** Where tokens are kept. The methods may throw: the client then goes on as if nothing were stored. */
export interface TokenStorage {
  getItem(key: string): string | null | undefined;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  /** The names of what is stored. Without it, `clearToken({ all: true })` reaches this client's only. */
  keys?(): Iterable<string>;
}

/**
 * - `'localStorage'`: survives reloads, and is shared by the tabs of an origin.
 * - `'sessionStorage'`: survives reloads of its tab.
 * - `'memory'`: lives as long as the client.
 * - or an object of yours.
 */
export type StorageOption = 'localStorage' | 'sessionStorage' | 'memory' | TokenStorage;

/** @throws TypeError if the option is none of these. */
export function openStorage(option: StorageOption): TokenStorage {
  if (option === 'memory') return new MemoryStorage();
  if (option === 'localStorage' || option === 'sessionStorage') return openWebStorage(option);
  if (typeof option === 'object' && typeof option?.getItem === 'function') {
    return new ForgivingStorage(option);
  }
  throw new TypeError('createTokenClient: storage is neither a name nor a TokenStorage');
}

function openWebStorage(name: 'localStorage' | 'sessionStorage'): TokenStorage {
  try {
    // A page that may not store anything throws on the mere name, and Node has none.
    const storage = globalThis[name];
    if (storage) return new ForgivingStorage(toTokenStorage(storage));
  } catch {}
  return new MemoryStorage();
}

const toTokenStorage = (storage: Storage): TokenStorage => ({
  getItem: (key) => storage.getItem(key),
  setItem: (key, value) => storage.setItem(key, value),
  removeItem: (key) => storage.removeItem(key),
  keys: () => Object.keys(storage),
});

class MemoryStorage implements TokenStorage {
  readonly #entries = new Map<string, string>();

  getItem(key: string): string | undefined {
    return this.#entries.get(key);
  }

  setItem(key: string, value: string): void {
    this.#entries.set(key, value);
  }

  removeItem(key: string): void {
    this.#entries.delete(key);
  }

  keys(): readonly string[] {
    return [...this.#entries.keys()];
  }
}

/** A full or forbidden storage costs requests; it must not cost the page its token. */
class ForgivingStorage implements TokenStorage {
  readonly #storage: TokenStorage;
  /** Holds what the storage refused. */
  readonly #memory = new MemoryStorage();

  constructor(storage: TokenStorage) {
    this.#storage = storage;
  }

  getItem(key: string): string | null | undefined {
    const kept = this.#memory.getItem(key);
    if (kept !== undefined) return kept;
    try {
      return this.#storage.getItem(key);
    } catch {
      return undefined;
    }
  }

  setItem(key: string, value: string): void {
    this.#memory.removeItem(key);
    try {
      this.#storage.setItem(key, value);
    } catch {
      this.#memory.setItem(key, value);
    }
  }

  removeItem(key: string): void {
    this.#memory.removeItem(key);
    try {
      this.#storage.removeItem(key);
    } catch {}
  }

  keys(): readonly string[] {
    try {
      return [...this.#memory.keys(), ...(this.#storage.keys?.() ?? [])];
    } catch {
      return this.#memory.keys();
    }
  }
}

/** The names of our own entries, whoever of us wrote them. */
export const listTokenKeys = (storage: TokenStorage): readonly string[] =>
  [...(storage.keys?.() ?? [])].filter((key) => key.startsWith(KEY_PREFIX));

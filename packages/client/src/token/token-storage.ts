import { KEY_PREFIX } from './token-key.js';

/** Where tokens are kept. If a method throws, the client continues as if nothing were stored. */
export interface TokenStorage {
  getItem(key: string): string | null | undefined;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  /**
   * The names of all entries. Without it, `clearToken({ all: true })` reaches only entries of this
   * client.
   */
  keys?(): Iterable<string>;
}

/**
 * - `'localStorage'`: survives reloads, and is shared by the tabs of an origin.
 * - `'sessionStorage'`: survives reloads of its tab.
 * - `'memory'`: lasts as long as the client.
 * - or an object of your own.
 */
export type StorageOption = 'localStorage' | 'sessionStorage' | 'memory' | TokenStorage;

/** @throws TypeError if the option is not one of these. */
export function openStorage(option: StorageOption): SafeStorage {
  if (option === 'memory') return new SafeStorage(undefined, false);
  if (option === 'localStorage' || option === 'sessionStorage') {
    return new SafeStorage(openWebStorage(option), option === 'localStorage');
  }
  if (typeof option?.getItem === 'function') return new SafeStorage(option, true);
  throw new TypeError('createTokenClient: invalid storage');
}

function openWebStorage(name: 'localStorage' | 'sessionStorage'): TokenStorage | undefined {
  try {
    // The property itself throws if the page may not store anything, and is missing in Node.
    const storage = globalThis[name];
    storage.getItem('');
    return {
      getItem: (key) => storage.getItem(key),
      setItem: (key, value) => storage.setItem(key, value),
      removeItem: (key) => storage.removeItem(key),
      keys: () => Object.keys(storage),
    };
  } catch {
    return undefined;
  }
}

/**
 * A storage that may be full, forbidden or missing. Its failures cost requests but never lose the
 * token.
 */
export class SafeStorage implements TokenStorage {
  readonly #storage: TokenStorage | undefined;
  /** Entries that the storage rejected, or all entries if there is no storage. */
  readonly #memory = new Map<string, string>();

  /** Whether other tabs or clients may see the same entries. */
  readonly isShared: boolean;

  constructor(storage: TokenStorage | undefined, isShared: boolean) {
    this.#storage = storage;
    this.isShared = isShared && storage !== undefined;
  }

  getItem(key: string): string | null | undefined {
    return this.#memory.get(key) ?? this.#try((storage) => storage.getItem(key));
  }

  setItem(key: string, value: string): void {
    this.#memory.set(key, value);
    this.#try((storage) => {
      storage.setItem(key, value);
      this.#memory.delete(key);
    });
  }

  removeItem(key: string): void {
    this.#memory.delete(key);
    this.#try((storage) => storage.removeItem(key));
  }

  keys(): readonly string[] {
    const stored = this.#try((storage) => [...(storage.keys?.() ?? [])]);
    return [...this.#memory.keys(), ...(stored ?? [])];
  }

  #try<Value>(use: (storage: TokenStorage) => Value): Value | undefined {
    try {
      return this.#storage && use(this.#storage);
    } catch {
      return undefined;
    }
  }
}

/** The names of all entries of token clients. */
export const listTokenKeys = (storage: TokenStorage): readonly string[] =>
  [...(storage.keys?.() ?? [])].filter((key) => key.startsWith(KEY_PREFIX));

/** One key pair as it is stored: the private half is sealed. Times are Unix milliseconds. */
export interface StoredSigningKey {
  readonly kid: string;
  readonly algorithm: string;
  /** The public half as a JWK, with `kid`, `alg` and `use`. */
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly sealedPrivateJwk: string;
  /** From when on it signs, until a later key does. It is published before. */
  readonly signsFromMs: number;
}

/** All keys at one moment. */
export interface SigningKeyRing {
  /** Rises by one with every change; 0 while there never was a key. */
  readonly version: number;
  readonly keys: readonly StoredSigningKey[];
}

/** Where the keys live. Instances that share one agree on what to sign with. */
export interface SigningKeyStore {
  read(): Promise<SigningKeyRing>;
  /**
   * Replaces the keys, if their version is still that one: of several instances that try at once,
   * one succeeds. @returns whether it did.
   */
  replace(version: number, keys: readonly StoredSigningKey[]): Promise<boolean>;
}

/** Keeps keys in memory, for one process only: every token is worthless after it ends. */
export function createMemorySigningKeyStore(): SigningKeyStore {
  let ring: SigningKeyRing = { version: 0, keys: [] };
  return {
    read: async () => ring,
    replace: async (version, keys) => {
      if (version !== ring.version) return false;
      ring = { version: version + 1, keys };
      return true;
    },
  };
}

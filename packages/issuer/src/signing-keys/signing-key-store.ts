/** A key pair as it is stored: the private key is sealed. Times are Unix milliseconds. */
export interface StoredSigningKey {
  readonly kid: string;
  readonly algorithm: string;
  /** The public key as a JWK, with `kid`, `alg` and `use`. */
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly sealedPrivateJwk: string;
  /** When it starts to sign. It signs until a later key starts, and is published before. */
  readonly signsFromMs: number;
}

/** All keys at one moment. */
export interface SigningKeyRing {
  /** Increases by one with every change; 0 before the first key. */
  readonly version: number;
  readonly keys: readonly StoredSigningKey[];
}

/** The store of the keys. Instances that share a store agree on the key that signs. */
export interface SigningKeyStore {
  read(): Promise<SigningKeyRing>;
  /**
   * Replaces the keys if the store still has that version: of several instances that try at once,
   * one succeeds. @returns whether the keys were replaced.
   */
  replace(version: number, keys: readonly StoredSigningKey[]): Promise<boolean>;
}

/**
 * Keeps keys in memory, for one process. Its tokens become invalid when the process ends.
 *
 * @example
 * const store = createMemorySigningKeyStore();
 */
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

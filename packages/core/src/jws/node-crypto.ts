/** What checks a signature of one algorithm in `node:crypto`. */
export interface NodeAlgorithm {
  /** The hash; `null` where the algorithm has its own. */
  readonly hash: string | null;
  readonly options: object;
}

/** A signature with what it was made over. */
export interface NodeSigned {
  /** ASCII. */
  readonly data: string;
  /** Base64url. */
  readonly signature: string;
}

/** The parts of `node:crypto` that are used here. */
interface NodeCrypto {
  readonly KeyObject: { from(key: CryptoKey): object };
  verify(hash: string | null, data: Uint8Array, key: object, signature: Uint8Array): boolean;
  verify(
    hash: string | null,
    data: Uint8Array,
    key: object,
    signature: Uint8Array,
    callback: (error: Error | null, isValid: boolean) => void,
  ): void;
}

interface NodeBuffer {
  readonly Buffer: { from(text: string, encoding: 'latin1' | 'base64url'): Uint8Array };
}

interface NodeProcess {
  getBuiltinModule?(name: string): unknown;
}

const { process } = globalThis as { process?: NodeProcess };

/** Looked up instead of imported, because core runs also where they do not exist. */
const nodeCrypto = process?.getBuiltinModule?.('node:crypto') as NodeCrypto | undefined;
const nodeBuffer = process?.getBuiltinModule?.('node:buffer') as NodeBuffer | undefined;

/** Checks signatures with `node:crypto`. */
class NodeVerifier {
  readonly #crypto: NodeCrypto;
  readonly #buffer: NodeBuffer['Buffer'];
  /** Each is created once, and garbage-collected together with its key. */
  readonly #keyObjects = new WeakMap<CryptoKey, object>();

  constructor(crypto: NodeCrypto, buffer: NodeBuffer['Buffer']) {
    this.#crypto = crypto;
    this.#buffer = buffer;
  }

  check(signed: NodeSigned, key: CryptoKey, algorithm: NodeAlgorithm): boolean {
    return this.#crypto.verify(...this.#prepare(signed, key, algorithm));
  }

  /** Checks it in the pool of threads. */
  checkInPool(signed: NodeSigned, key: CryptoKey, algorithm: NodeAlgorithm): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#crypto.verify(...this.#prepare(signed, key, algorithm), (error, isRight) => {
        if (error) reject(error);
        else resolve(isRight);
      });
    });
  }

  #prepare({ data, signature }: NodeSigned, key: CryptoKey, { hash, options }: NodeAlgorithm) {
    const keyObject = this.#toKeyObject(key);
    return [
      hash,
      this.#buffer.from(data, 'latin1'),
      { key: keyObject, ...options },
      this.#buffer.from(signature, 'base64url'),
    ] as const;
  }

  #toKeyObject(key: CryptoKey): object {
    const known = this.#keyObjects.get(key);
    if (known !== undefined) return known;
    const keyObject = this.#crypto.KeyObject.from(key);
    this.#keyObjects.set(key, keyObject);
    return keyObject;
  }
}

/** `undefined` on a runtime without `node:crypto`. */
export const nodeVerifier =
  nodeCrypto === undefined || nodeBuffer === undefined
    ? undefined
    : new NodeVerifier(nodeCrypto, nodeBuffer.Buffer);

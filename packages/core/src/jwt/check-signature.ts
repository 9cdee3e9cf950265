/** What `crypto.subtle.verify` is told for each algorithm (RFC 7518 §3.1, RFC 8037 §3.1). */
const WEB_PARAMETERS: Readonly<
  Record<string, { name: string; hash?: string; saltLength?: number }>
> = {
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
  RS384: { name: 'RSASSA-PKCS1-v1_5' },
  RS512: { name: 'RSASSA-PKCS1-v1_5' },
  PS256: { name: 'RSA-PSS', saltLength: 32 },
  PS384: { name: 'RSA-PSS', saltLength: 48 },
  PS512: { name: 'RSA-PSS', saltLength: 64 },
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', hash: 'SHA-384' },
  ES512: { name: 'ECDSA', hash: 'SHA-512' },
  EdDSA: { name: 'Ed25519' },
  Ed25519: { name: 'Ed25519' },
  HS256: { name: 'HMAC' },
  HS384: { name: 'HMAC' },
  HS512: { name: 'HMAC' },
};

/** `crypto.constants.RSA_PKCS1_PADDING` and `RSA_PKCS1_PSS_PADDING`, which are OpenSSL's. */
const PKCS1 = { padding: 1 };
const pss = (saltLength: number) => ({ padding: 6, saltLength });

/** What Node's `crypto.verify` is told for the algorithms that are checked at once. */
const NODE_PARAMETERS: Readonly<Record<string, { hash: string; options: object }>> = {
  RS256: { hash: 'sha256', options: PKCS1 },
  RS384: { hash: 'sha384', options: PKCS1 },
  RS512: { hash: 'sha512', options: PKCS1 },
  PS256: { hash: 'sha256', options: pss(32) },
  PS384: { hash: 'sha384', options: pss(48) },
  PS512: { hash: 'sha512', options: pss(64) },
};

/** The little of `node:crypto` that is used here. */
interface NodeCrypto {
  readonly KeyObject: { from(key: CryptoKey): object };
  verify(hash: string, data: Uint8Array, key: object, signature: Uint8Array): boolean;
}

/** `node:crypto` where there is one. It is asked for and not imported: this file runs anywhere. */
const nodeCrypto = (
  globalThis as { process?: { getBuiltinModule?: (name: string) => NodeCrypto | undefined } }
).process?.getBuiltinModule?.('node:crypto');

/** What was signed, and the signature. */
export interface Signed {
  readonly alg: string;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

/**
 * Whether the signature is right. For RSA on Node the answer is there at once, because that costs less
 * than handing it to another thread (measured in the bench). Elliptic curves cost more and are handed over.
 */
export function checkSignature(signed: Signed, key: CryptoKey): boolean | Promise<boolean> {
  const rsa = NODE_PARAMETERS[signed.alg];
  if (nodeCrypto === undefined || rsa === undefined) return checkWithWebCrypto(signed, key);
  const { hash, options } = rsa;
  try {
    const keyObject = toKeyObject(nodeCrypto, key);
    return nodeCrypto.verify(hash, signed.data, { key: keyObject, ...options }, signed.signature);
  } catch {
    return false;
  }
}

// Made once for each key, and gone together with it.
const keyObjects = new WeakMap<CryptoKey, object>();

function toKeyObject({ KeyObject }: NodeCrypto, key: CryptoKey): object {
  let keyObject = keyObjects.get(key);
  if (keyObject === undefined) {
    keyObject = KeyObject.from(key);
    keyObjects.set(key, keyObject);
  }
  return keyObject;
}

async function checkWithWebCrypto(
  { alg, data, signature }: Signed,
  key: CryptoKey,
): Promise<boolean> {
  const parameters = WEB_PARAMETERS[alg];
  if (parameters === undefined) return false;
  try {
    return await crypto.subtle.verify(parameters, key, signature, data);
  } catch {
    // Some runtimes throw for a signature that cannot be one of that algorithm.
    return false;
  }
}

import { decodeBase64url } from './base64url.js';

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
  createVerify(hash: string): NodeVerify;
}

interface NodeVerify {
  update(data: string, encoding: 'latin1'): NodeVerify;
  verify(key: object, signature: string, encoding: 'base64url'): boolean;
}

/** `node:crypto` where there is one. It is asked for and not imported: this file runs anywhere. */
const nodeCrypto = (
  globalThis as { process?: { getBuiltinModule?: (name: string) => NodeCrypto | undefined } }
).process?.getBuiltinModule?.('node:crypto');

/** The parts of a token that was parsed, as they are spelled in it. */
export interface Signed {
  readonly alg: string;
  /** The first two segments, with their dot. */
  readonly data: string;
  readonly signature: string;
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
    const parameters = { key: toKeyObject(nodeCrypto, key), ...options };
    // Node reads both texts as they are: arrays of bytes made of them cost a sixth of the signature.
    return nodeCrypto
      .createVerify(hash)
      .update(signed.data, 'latin1')
      .verify(parameters, signed.signature, 'base64url');
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

const encoder = new TextEncoder();

async function checkWithWebCrypto(
  { alg, data, signature }: Signed,
  key: CryptoKey,
): Promise<boolean> {
  const parameters = WEB_PARAMETERS[alg];
  const bytes = decodeBase64url(signature);
  if (parameters === undefined || bytes === undefined) return false;
  try {
    return await crypto.subtle.verify(parameters, key, bytes, encoder.encode(data));
  } catch {
    // Some runtimes throw for a signature that cannot be one of that algorithm.
    return false;
  }
}

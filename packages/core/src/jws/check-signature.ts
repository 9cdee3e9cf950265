import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { decodeBase64url } from './base64url.js';

/** The parameters of `crypto.subtle.verify` for each algorithm (RFC 7518 §3.1, RFC 8037 §3.1). */
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

/** The parameters of Node's `Verify` for the algorithms that are checked without a promise. */
const NODE_PARAMETERS: Readonly<Record<string, { hash: string; options: object }>> = {
  RS256: { hash: 'sha256', options: PKCS1 },
  RS384: { hash: 'sha384', options: PKCS1 },
  RS512: { hash: 'sha512', options: PKCS1 },
  PS256: { hash: 'sha256', options: pss(32) },
  PS384: { hash: 'sha384', options: pss(48) },
  PS512: { hash: 'sha512', options: pss(64) },
};

/** The part of `node:crypto` that is used here. */
interface NodeCrypto {
  readonly KeyObject: { from(key: CryptoKey): object };
  createVerify(hash: string): NodeVerify;
}

interface NodeVerify {
  update(data: string, encoding: 'latin1'): NodeVerify;
  verify(key: object, signature: string, encoding: 'base64url'): boolean;
}

/** `node:crypto` where it exists. It is looked up instead of imported, because this file runs anywhere. */
const nodeCrypto = (
  globalThis as { process?: { getBuiltinModule?: (name: string) => NodeCrypto | undefined } }
).process?.getBuiltinModule?.('node:crypto');

/** The parts of a parsed token, as they are spelled in it. */
export interface Signed {
  readonly alg: string;
  /** The first two segments, with their dot. */
  readonly data: string;
  readonly signature: string;
}

/**
 * Whether the signature is right. For RSA on Node the answer comes without a promise, because checking
 * costs less than handing it to another thread (measured in the bench). Elliptic curves cost more.
 *
 * @throws what the runtime throws that cannot check such signatures. That is not an invalid token.
 */
export function checkSignature(signed: Signed, key: CryptoKey): MaybePromise<boolean> {
  const rsa = NODE_PARAMETERS[signed.alg];
  if (nodeCrypto === undefined || rsa === undefined) return checkWithWebCrypto(signed, key);
  try {
    const parameters = { key: toKeyObject(nodeCrypto, key), ...rsa.options };
    // Node decodes both texts itself: copying them into byte arrays costs a sixth of the signature.
    return nodeCrypto
      .createVerify(rsa.hash)
      .update(signed.data, 'latin1')
      .verify(parameters, signed.signature, 'base64url');
  } catch {
    // Runtimes that copy Node's API in part throw for any signature, also for a right one.
    return checkWithWebCrypto(signed, key);
  }
}

// Each is made once, and collected together with its key.
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
  // Some runtimes throw for another length. Checked here, whatever is thrown below is a fault.
  if (bytes.length !== getSignatureBytes(alg, key)) return false;
  return crypto.subtle.verify(parameters, key, bytes, encoder.encode(data));
}

/** The length of every signature of an algorithm that has only one (RFC 7518 §3.2, §3.4, RFC 8032). */
const SIGNATURE_BYTES: Readonly<Record<string, number>> = {
  ...{ ES256: 64, ES384: 96, ES512: 132, EdDSA: 64, Ed25519: 64 },
  ...{ HS256: 32, HS384: 48, HS512: 64 },
};

/** For RSA, a signature is as long as the modulus (RFC 8017 §8.1.2, §8.2.2). */
function getSignatureBytes(alg: string, { algorithm }: CryptoKey): number {
  return SIGNATURE_BYTES[alg] ?? Math.ceil((algorithm as RsaKeyAlgorithm).modulusLength / 8);
}

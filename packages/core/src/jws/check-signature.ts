import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { ALGORITHMS, type Algorithm } from './algorithms.js';
import { decodeBase64url } from './base64url.js';

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
 * Whether the signature is right. For RSA on Node the result is not a promise, because checking
 * costs less than handing it to another thread (measured in the bench). Elliptic curves cost more.
 *
 * @throws the runtime's error if the runtime cannot check such signatures. The token may still be valid.
 */
export function checkSignature(signed: Signed, key: CryptoKey): MaybePromise<boolean> {
  const rsa = ALGORITHMS.get(signed.alg)?.node;
  if (nodeCrypto === undefined || rsa === undefined) return checkWithWebCrypto(signed, key);
  try {
    const parameters = { key: toKeyObject(nodeCrypto, key), ...rsa.options };
    // Node decodes both texts itself: copying them into byte arrays costs a sixth of the signature.
    return nodeCrypto
      .createVerify(rsa.hash)
      .update(signed.data, 'latin1')
      .verify(parameters, signed.signature, 'base64url');
  } catch {
    // Runtimes that implement only a part of Node's API throw for any signature, even a valid one.
    return checkWithWebCrypto(signed, key);
  }
}

// Each is created once, and garbage-collected together with its key.
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
  const algorithm = ALGORITHMS.get(alg);
  const bytes = decodeBase64url(signature);
  if (algorithm === undefined || bytes === undefined) return false;
  // Some runtimes throw for another length. Checked here, whatever is thrown below is a fault.
  if (bytes.length !== getSignatureBytes(algorithm, key)) return false;
  return crypto.subtle.verify(algorithm.web, key, bytes, encoder.encode(data));
}

/** An RSA signature is as long as the modulus (RFC 8017 §8.1.2, §8.2.2). */
function getSignatureBytes({ signatureBytes }: Algorithm, key: CryptoKey): number {
  const { modulusLength } = key.algorithm as RsaKeyAlgorithm;
  return signatureBytes ?? Math.ceil(modulusLength / 8);
}

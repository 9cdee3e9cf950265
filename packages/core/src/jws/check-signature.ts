import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { ALGORITHMS, type Algorithm } from './algorithms.js';
import { decodeBase64url } from './base64url.js';
import { nodeVerifier } from './node-crypto.js';
import { TurnBudget } from './turn-budget.js';

/** The parts of a parsed token, as they are spelled in it. */
export interface Signed {
  readonly alg: string;
  /** The first two segments, with their dot. */
  readonly data: string;
  readonly signature: string;
}

/**
 * Whether the signature is right. Node checks at once what costs less than handing it to another thread
 * (measured in the bench): every RSA signature, and those of elliptic curves while few requests need one.
 * Then it returns no promise.
 *
 * @throws the runtime's error if the runtime cannot check such signatures. The token may still be valid.
 */
export function checkSignature(signed: Signed, key: CryptoKey): MaybePromise<boolean> {
  const algorithm = ALGORITHMS.get(signed.alg);
  const verifier = nodeVerifier;
  if (verifier === undefined || algorithm?.node === undefined) {
    return checkWithWebCrypto(signed, key);
  }
  const { node, signatureBytes } = algorithm;
  const check = () => verifier.check(signed, key, node);
  const fallBack = () => checkWithWebCrypto(signed, key);
  try {
    // Only the signatures of RSA have no length of their own.
    if (signatureBytes === undefined) return check();
    if (budget.isLeft) return budget.runAtOnce(check);
  } catch {
    // Runtimes that implement only a part of Node's API throw for any signature, even a valid one.
    return fallBack();
  }
  return budget.runInPool(() => verifier.checkInPool(signed, key, node)).catch(fallBack);
}

const budget = new TurnBudget();
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

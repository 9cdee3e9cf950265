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
  if (algorithm === undefined) return false;
  const fallBack = () => checkWithWebCrypto(signed, key, algorithm);
  const { node, signatureBytes } = algorithm;
  const verifier = nodeVerifier;
  try {
    // OpenSSL accepts RSA-PSS without the zeros at its start; some runtimes throw for another length.
    if (!hasLength(signed, algorithm, key)) return false;
    if (verifier === undefined || node === undefined) return fallBack();
    const check = () => verifier.check(signed, key, node);
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
  { data, signature }: Signed,
  key: CryptoKey,
  { web }: Algorithm,
): Promise<boolean> {
  const bytes = decodeBase64url(signature);
  if (bytes === undefined) return false;
  return crypto.subtle.verify(web, key, bytes, encoder.encode(data));
}

/** An RSA signature is as long as the modulus (RFC 8017 §8.1.2, §8.2.2). */
function hasLength(
  { signature }: Signed,
  { signatureBytes }: Algorithm,
  { algorithm }: CryptoKey,
): boolean {
  const bytes = signatureBytes ?? Math.ceil((algorithm as RsaKeyAlgorithm).modulusLength / 8);
  // Four characters for three bytes, without padding.
  return signature.length === Math.ceil((bytes * 4) / 3);
}

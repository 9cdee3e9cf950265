import { isPromise } from '../is-promise.js';
import { checkSignature, type Signed } from '../jws/check-signature.js';
import type { VerificationKey } from '../keys/key-set.js';

/**
 * The key among these whose signature the token has; `undefined` if none. Without a promise where the
 * keys are at hand and the signature can be checked at once.
 *
 * The token was parsed strictly and its algorithm is allowed and fits the keys. A library that verifies
 * a JWS would read all of it once more, which costs as much as half a signature (measured in the bench).
 */
export function findSigner(
  token: string,
  keys: readonly VerificationKey[],
  alg: string,
): VerificationKey | undefined | Promise<VerificationKey | undefined> {
  const end = token.lastIndexOf('.');
  return tryKeys({ alg, data: token.slice(0, end), signature: token.slice(end + 1) }, keys);
}

function tryKeys(
  signed: Signed,
  keys: readonly VerificationKey[],
): VerificationKey | undefined | Promise<VerificationKey | undefined> {
  for (const [i, key] of keys.entries()) {
    const isSigner = tryKey(signed, key);
    if (isPromise(isSigner)) return tryLater(isSigner, signed, keys.slice(i));
    if (isSigner) return key;
  }
  return undefined;
}

/** The same from a key on that has to be waited for. */
async function tryLater(
  isFirst: Promise<boolean>,
  signed: Signed,
  [first, ...others]: readonly VerificationKey[],
): Promise<VerificationKey | undefined> {
  return (await isFirst) ? first : tryKeys(signed, others);
}

function tryKey(signed: Signed, key: VerificationKey): boolean | Promise<boolean> {
  const cryptoKey = key.toCryptoKey(signed.alg);
  if (isPromise(cryptoKey)) return cryptoKey.then((imported) => check(signed, imported));
  return check(signed, cryptoKey);
}

function check(signed: Signed, key: object | undefined): boolean | Promise<boolean> {
  return key !== undefined && checkSignature(signed, key as CryptoKey);
}

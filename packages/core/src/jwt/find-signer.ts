import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { checkSignature, type Signed } from '../jws/check-signature.js';
import type { VerificationKey } from '../keys/key-set.js';

/**
 * The key among these whose signature the token has; `undefined` if none. It returns no promise if the
 * keys are at hand and the signature can be checked without one.
 *
 * The token was parsed strictly, and its algorithm is allowed and fits the keys. A library that verifies
 * a JWS would parse it once more, which costs as much as half a signature (measured in the bench).
 *
 * @throws the runtime's error if no key verifies the token, and the runtime cannot check such signatures.
 */
export function findSigner(
  token: string,
  keys: readonly VerificationKey[],
  alg: string,
): MaybePromise<VerificationKey | undefined> {
  const end = token.lastIndexOf('.');
  return tryKeys({ alg, data: token.slice(0, end), signature: token.slice(end + 1) }, keys);
}

function tryKeys(
  signed: Signed,
  keys: readonly VerificationKey[],
): MaybePromise<VerificationKey | undefined> {
  for (const [i, key] of keys.entries()) {
    const isSigner = tryKey(signed, key);
    if (isPromise(isSigner)) return tryLater(isSigner, signed, keys.slice(i));
    if (isSigner) return key;
  }
  return undefined;
}

/** Continues after a key whose check returned a promise. */
async function tryLater(
  isFirst: Promise<boolean>,
  signed: Signed,
  [first, ...others]: readonly VerificationKey[],
): Promise<VerificationKey | undefined> {
  try {
    if (await isFirst) return first;
  } catch (fault) {
    // An unusable key must not affect the set, so the other keys are tried before it counts as a fault.
    const signer = await tryKeys(signed, others);
    if (signer === undefined) throw fault;
    return signer;
  }
  return tryKeys(signed, others);
}

function tryKey(signed: Signed, key: VerificationKey): MaybePromise<boolean> {
  const cryptoKey = key.toCryptoKey(signed.alg);
  if (isPromise(cryptoKey)) return cryptoKey.then((imported) => check(signed, imported));
  return check(signed, cryptoKey);
}

function check(signed: Signed, key: object | undefined): MaybePromise<boolean> {
  return key !== undefined && checkSignature(signed, key as CryptoKey);
}

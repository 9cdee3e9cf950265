import { IS_WORKERS } from '@mandate/internal/is-workers';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { ALGORITHMS, type Algorithm, ASYMMETRIC_ALGORITHMS } from '../jws/algorithms.js';
import { decodeBase64url, isBase64url } from '../jws/base64url.js';
import { hasRocaFingerprint } from './has-roca-fingerprint.js';
import { isOnCurve } from './is-on-curve.js';
import type { VerificationKey } from './key-set.js';

/** A JSON Web Key (RFC 7517 §4) as it is published, unchecked. */
export interface JsonWebKeyLike {
  readonly kty?: unknown;
  readonly [member: string]: unknown;
}

/** The members that make a public key of each type (RFC 7518 §6.2, §6.3, RFC 8037 §2). */
const MATERIAL: Readonly<Record<string, readonly string[]>> = {
  RSA: ['kty', 'n', 'e'],
  EC: ['kty', 'crv', 'x', 'y'],
  OKP: ['kty', 'crv', 'x'],
};

/** A public key of a key set. It is imported once per algorithm, on first use. */
export class PublicKey implements VerificationKey {
  readonly kid: string | undefined;
  readonly issuer: string | undefined;
  /** Equal if a set publishes the same key again, so that a refresh keeps the imported key. */
  readonly identity: string;
  withdrawn = false;
  readonly #alg: unknown;
  /** Only the members that define the key. All others are checked or ignored earlier. */
  readonly #material: JsonWebKeyLike;
  readonly #imported = new Map<string, MaybePromise<object | undefined>>();

  /** @param jwk a member of a key set that has been checked. */
  constructor(jwk: JsonWebKeyLike) {
    this.kid = jwk['kid'] as string | undefined;
    this.issuer = jwk['issuer'] as string | undefined;
    this.#alg = jwk['alg'];
    const members = MATERIAL[jwk.kty as string] ?? [];
    this.#material = Object.fromEntries(members.map((member) => [member, jwk[member]]));
    this.identity = JSON.stringify([
      this.kid ?? null,
      this.#alg ?? null,
      this.issuer ?? null,
      this.#material,
    ]);
  }

  /** Whether this key can verify signatures of the algorithm. */
  fits(alg: string): boolean {
    const type = ALGORITHMS.get(alg)?.publicKey;
    const { kty, crv } = this.#material as { kty: string; crv?: string };
    if (type === undefined || type.kty !== kty || type.crv !== crv) return false;
    return this.#alg === undefined || this.#alg === alg;
  }

  toCryptoKey(alg: string): MaybePromise<object | undefined> {
    if (this.#imported.has(alg)) return this.#imported.get(alg);
    const imported = importPublicKey(this.#material, alg).then(
      (key) => {
        this.#imported.set(alg, key);
        return key;
      },
      (error) => {
        this.#imported.delete(alg);
        throw error;
      },
    );
    if (!IS_WORKERS) this.#imported.set(alg, imported);
    return imported;
  }
}

/**
 * Imports a key. Returns `undefined` if the key is invalid, for example not a point of its curve, so that
 * one bad member does not make the whole set unusable.
 * @throws the runtime's error if the runtime does not implement the algorithm.
 */
async function importPublicKey(jwk: JsonWebKeyLike, alg: string): Promise<object | undefined> {
  try {
    const { web } = ALGORITHMS.get(alg) as Algorithm;
    return await crypto.subtle.importKey('jwk', jwk as JsonWebKey, web, false, ['verify']);
  } catch (error) {
    // The token may be genuine, so the answer must not be "invalid token".
    if (error instanceof Error && error.name === 'NotSupportedError') throw error;
    return undefined;
  }
}

/** Converts one member of a set. Returns `undefined` if it is not a public key for verifying signatures. */
export function toPublicKey(member: unknown): PublicKey | undefined {
  return findKeyFault(member) === undefined
    ? new PublicKey(dropNulls(member as object))
    : undefined;
}

/**
 * Finds why key sets ignore a member of a JWK Set. Returns `undefined` if the member is a public key that can verify
 * signatures. The text quotes nothing of the key.
 *
 * @example
 * const fault = findKeyFault({ kty: 'RSA', use: 'enc', n: '…', e: 'AQAB' }); // 'its use is not "sig"'
 */
export function findKeyFault(member: unknown): string | undefined {
  if (typeof member !== 'object' || member === null) return 'it is not an object';
  const jwk = dropNulls(member);
  const { kty, use, key_ops: operations } = jwk;
  for (const name of ['kid', 'alg', 'issuer']) {
    if (!isOptionalString(jwk[name])) return `its ${name} is not text`;
  }
  if (use !== undefined && use !== 'sig') return 'its use is not "sig"';
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return 'its key_ops do not include "verify"';
  }
  // A published private key lets anyone sign.
  if (jwk['d'] !== undefined) return 'it is a private key';
  if (kty === 'RSA' ? !isStrongRsaKey(jwk) : !hasPoint(jwk)) {
    return kty === 'RSA' ? 'its modulus or exponent is invalid or weak' : 'it has no public point';
  }
  const key = new PublicKey(jwk);
  // A set with only encryption keys must not replace a set that can verify.
  if (ASYMMETRIC_ALGORITHMS.some((one) => key.fits(one))) return undefined;
  return 'its kty, crv and alg fit no algorithm that verifies signatures';
}

/** Some serializers write an absent member as `null`. */
function dropNulls(member: object): JsonWebKeyLike {
  return Object.fromEntries(Object.entries(member).filter(([, value]) => value !== null));
}

/** Some runtimes import padded coordinates (RFC 7515 §2), and points that are not on the curve. */
function hasPoint({ kty, crv, x, y }: JsonWebKeyLike): boolean {
  const isCoordinate = (value: unknown) =>
    typeof value === 'string' && value !== '' && isBase64url(value);
  if (!isCoordinate(x)) return false;
  if (kty === 'OKP') return true;
  return kty === 'EC' && isCoordinate(y) && isOnCurve(String(crv), [x as string, y as string]);
}

function isOptionalString(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

const MIN_RSA_BITS = 2048;
/** Verifying with a larger key blocks the server for too long. */
const MAX_RSA_BITS = 8192;
const MAX_EXPONENT_BYTES = 4;

/** A modulus of 2048 to 8192 bits, and an odd exponent of 3 or more (NIST SP 800-56B, FIPS 186-5). */
function isStrongRsaKey(jwk: JsonWebKeyLike): boolean {
  const modulus = toUnsigned(jwk['n']);
  const exponent = toUnsigned(jwk['e']);
  if (modulus === undefined || exponent === undefined) return false;
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) return false;
  if (exponent.length > MAX_EXPONENT_BYTES) return false;
  const value = exponent.reduce((sum, byte) => sum * 256 + byte, 0);
  return value >= 3 && value % 2 === 1 && !hasRocaFingerprint(modulus);
}

/** The bytes of a Base64urlUInt (RFC 7518 §2) without leading zeros. */
function toUnsigned(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined;
  const bytes = decodeBase64url(value);
  const first = bytes?.findIndex((byte) => byte !== 0) ?? -1;
  return first === -1 ? undefined : bytes?.subarray(first);
}

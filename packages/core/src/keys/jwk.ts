import { importJWK } from 'jose';
import { decodeBase64url } from '../jws/base64url.js';
import type { VerificationKey } from './key-set.js';

/** A JSON Web Key (RFC 7517 §4) as it is published: nothing about it has been checked. */
export interface JsonWebKeyLike {
  readonly kty?: unknown;
  readonly [member: string]: unknown;
}

/** The signature algorithms that verify with a public key (RFC 7518 §3.1, RFC 8037, RFC 9864). */
export const ASYMMETRIC_ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const;

/** The key type, and the curve where there is one, that an algorithm needs. */
const KEY_TYPES: Readonly<Record<string, { readonly kty: string; readonly crv?: string }>> = {
  RS256: { kty: 'RSA' },
  RS384: { kty: 'RSA' },
  RS512: { kty: 'RSA' },
  PS256: { kty: 'RSA' },
  PS384: { kty: 'RSA' },
  PS512: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
};

/** The members that make the key what it is, in the order in which they identify it. */
const PUBLIC_MEMBERS = ['kty', 'crv', 'n', 'e', 'x', 'y', 'kid', 'alg'] as const;

/** A public key out of a key set. It is imported once per algorithm, when first needed. */
export class PublicKey implements VerificationKey {
  readonly kid: string | undefined;
  /** The same for two publications of the same key, so that a refresh keeps what was imported. */
  readonly identity: string;
  withdrawn = false;
  readonly #jwk: JsonWebKeyLike;
  readonly #imported = new Map<string, object | undefined | Promise<object | undefined>>();

  constructor(jwk: JsonWebKeyLike) {
    this.#jwk = jwk;
    this.kid = jwk['kid'] as string | undefined;
    this.identity = JSON.stringify(PUBLIC_MEMBERS.map((member) => jwk[member] ?? null));
  }

  /** Whether a token signed with that algorithm can have been signed with this key. */
  fits(alg: string): boolean {
    const type = KEY_TYPES[alg];
    if (type === undefined || type.kty !== this.#jwk.kty || type.crv !== this.#jwk['crv']) {
      return false;
    }
    const own = this.#jwk['alg'];
    return own === undefined || own === alg;
  }

  toCryptoKey(alg: string): object | undefined | Promise<object | undefined> {
    if (this.#imported.has(alg)) return this.#imported.get(alg);
    const imported = importPublicKey(this.#jwk, alg).then((key) => {
      this.#imported.set(alg, key);
      return key;
    });
    this.#imported.set(alg, imported);
    return imported;
  }
}

async function importPublicKey(jwk: JsonWebKeyLike, alg: string): Promise<object | undefined> {
  const { kty, crv, n, e, x, y } = jwk;
  try {
    // Only what makes the key: jose then has no say in `use`, `key_ops` or `ext`, checked above.
    const material = kty === 'RSA' ? { kty, n, e } : { kty, crv, x, ...(kty === 'EC' && { y }) };
    return (await importJWK(material as Parameters<typeof importJWK>[0], alg)) as object;
  } catch {
    // Not a point of its curve, say. One bad member must not spoil the set.
    return undefined;
  }
}

/** The key of one member of a set; `undefined` if the member is not a public key to verify with. */
export function readPublicKey(member: unknown): PublicKey | undefined {
  if (typeof member !== 'object' || member === null) return undefined;
  const jwk = member as JsonWebKeyLike;
  const { kty, kid, alg, use, key_ops: operations } = jwk;
  const usable =
    isOptionalString(kid) &&
    isOptionalString(alg) &&
    (use === undefined || use === 'sig') &&
    (operations === undefined || (Array.isArray(operations) && operations.includes('verify'))) &&
    // A published private key is anybody's key.
    jwk['d'] === undefined &&
    (kty === 'RSA' ? isSoundRsaKey(jwk) : hasPoint(jwk));
  if (!usable) return undefined;
  const key = new PublicKey(jwk);
  // Counted as usable, keys for encryption alone would take the place of those that verify.
  return ASYMMETRIC_ALGORITHMS.some((one) => key.fits(one)) ? key : undefined;
}

/** Whether it is on the curve shows when it is imported. */
function hasPoint({ kty, x, y }: JsonWebKeyLike): boolean {
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  return isText(x) && (kty === 'OKP' || (kty === 'EC' && isText(y)));
}

function isOptionalString(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

const MIN_RSA_BITS = 2048;
/** Verifying with a larger one takes long enough to be a way of blocking the server. */
const MAX_RSA_BITS = 8192;
const MAX_EXPONENT_BYTES = 4;

/** A modulus of 2048 to 8192 bits, and an odd exponent of 3 or more (NIST SP 800-56B, FIPS 186-5). */
function isSoundRsaKey(jwk: JsonWebKeyLike): boolean {
  const modulus = readUnsigned(jwk['n']);
  const exponent = readUnsigned(jwk['e']);
  if (modulus === undefined || exponent === undefined) return false;
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) return false;
  if (exponent.length > MAX_EXPONENT_BYTES) return false;
  const value = exponent.reduce((sum, byte) => sum * 256 + byte, 0);
  return value >= 3 && value % 2 === 1;
}

/** The bytes of a Base64urlUInt (RFC 7518 §2) without leading zeros. */
function readUnsigned(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined;
  const bytes = decodeBase64url(value);
  const first = bytes?.findIndex((byte) => byte !== 0) ?? -1;
  return first === -1 ? undefined : bytes?.subarray(first);
}

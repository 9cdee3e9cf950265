import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { JsonWebKeyLike } from '@mandate/core/jwt';

/** The algorithms with which a test issuer signs. */
export type TestAlgorithm = 'ES256' | 'RS256' | 'EdDSA';

/** A key pair of a test issuer. */
export interface SigningKey {
  /** With `kid`, `alg` and `use`; without the private part. */
  readonly publicJwk: JsonWebKeyLike;
  /** Signs a JWT with the key (RFC 7515 §7.1). */
  sign(claims: Readonly<Record<string, unknown>>, typ: string): string;
}

const PAIRS: Readonly<Record<TestAlgorithm, () => KeyPair>> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function isTestAlgorithm(value: unknown): value is TestAlgorithm {
  return typeof value === 'string' && Object.hasOwn(PAIRS, value);
}

/** @param kid the key id, which shows that a token comes from a test. */
export function createSigningKey(alg: TestAlgorithm, kid: string): SigningKey {
  const { publicKey, privateKey } = PAIRS[alg]();
  const hash = alg === 'EdDSA' ? null : 'sha256';
  return {
    publicJwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } as JsonWebKeyLike,
    sign(claims, typ) {
      const input = `${encode({ alg, kid, typ })}.${encode(claims)}`;
      // RFC 7518 §3.4: the two integers of an ECDSA signature, not their DER encoding.
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
      return `${input}.${sign(hash, Buffer.from(input), key).toString('base64url')}`;
    },
  };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

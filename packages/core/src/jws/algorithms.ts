import type { NodeAlgorithm } from './node-crypto.js';

/** What it takes to verify a signature of one algorithm (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864). */
export interface Algorithm {
  /** The type of the public key, and its curve if the type has several; absent for a shared secret. */
  readonly publicKey?: { readonly kty: string; readonly crv?: string };
  /** Of an HMAC: the minimum length of its secret (RFC 7518 §3.2). */
  readonly secret?: { readonly minBytes: number };
  /** The parameters of `importKey` and `verify` of `crypto.subtle`. Each ignores those of the other. */
  readonly web: {
    readonly name: string;
    readonly hash?: string;
    readonly saltLength?: number;
    readonly namedCurve?: string;
  };
  /** The parameters of `verify` of `node:crypto`; absent for a shared secret. */
  readonly node?: NodeAlgorithm;
  /** The length of every signature; absent for RSA, where it is the length of the modulus. */
  readonly signatureBytes?: number;
}

/** `crypto.constants.RSA_PKCS1_PADDING` and `RSA_PKCS1_PSS_PADDING`, which are constants of OpenSSL. */
const PKCS1_PADDING = 1;
const PSS_PADDING = 6;

const pkcs1 = (bits: number) => ({
  publicKey: { kty: 'RSA' },
  web: { name: 'RSASSA-PKCS1-v1_5', hash: `SHA-${bits}` },
  node: { hash: `sha${bits}`, options: { padding: PKCS1_PADDING } },
});
const pss = (bits: number) => ({
  publicKey: { kty: 'RSA' },
  web: { name: 'RSA-PSS', hash: `SHA-${bits}`, saltLength: bits / 8 },
  node: { hash: `sha${bits}`, options: { padding: PSS_PADDING, saltLength: bits / 8 } },
});
const ecdsa = (bits: number, crv: string, signatureBytes: number) => ({
  publicKey: { kty: 'EC', crv },
  web: { name: 'ECDSA', hash: `SHA-${bits}`, namedCurve: crv },
  node: { hash: `sha${bits}`, options: { dsaEncoding: 'ieee-p1363' } },
  signatureBytes,
});
const ed25519 = {
  publicKey: { kty: 'OKP', crv: 'Ed25519' },
  web: { name: 'Ed25519' },
  node: { hash: null, options: {} },
  signatureBytes: 64,
};
const hmac = (bits: number) => ({
  secret: { minBytes: bits / 8 },
  web: { name: 'HMAC', hash: `SHA-${bits}` },
  signatureBytes: bits / 8,
});

const ASYMMETRIC = {
  RS256: pkcs1(256),
  RS384: pkcs1(384),
  RS512: pkcs1(512),
  PS256: pss(256),
  PS384: pss(384),
  PS512: pss(512),
  ES256: ecdsa(256, 'P-256', 64),
  ES384: ecdsa(384, 'P-384', 96),
  ES512: ecdsa(512, 'P-521', 132),
  EdDSA: ed25519,
  Ed25519: ed25519,
};

/** An algorithm that verifies with a public key. */
export type AsymmetricAlgorithm = keyof typeof ASYMMETRIC;

export const ASYMMETRIC_ALGORITHMS = Object.keys(ASYMMETRIC) as readonly AsymmetricAlgorithm[];

/** Every algorithm that Mandate verifies, by its name in the `alg` header. */
export const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map(
  Object.entries<Algorithm>({
    ...ASYMMETRIC,
    HS256: hmac(256),
    HS384: hmac(384),
    HS512: hmac(512),
  }),
);

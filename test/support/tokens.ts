import { createLocalKeySet, type JsonWebKeyLike, type KeySet } from '@mandate/core/jwt';
import { findPair } from './key-pairs.js';

/** An asymmetric algorithm of JWS and how WebCrypto makes its keys and signatures. */
const ALGORITHMS = {
  RS256: rsa('RSASSA-PKCS1-v1_5', 256),
  RS384: rsa('RSASSA-PKCS1-v1_5', 384),
  RS512: rsa('RSASSA-PKCS1-v1_5', 512),
  PS256: rsa('RSA-PSS', 256),
  PS384: rsa('RSA-PSS', 384),
  PS512: rsa('RSA-PSS', 512),
  ES256: ecdsa('P-256', 256),
  ES384: ecdsa('P-384', 384),
  ES512: ecdsa('P-521', 512),
  EdDSA: { generate: { name: 'Ed25519' }, sign: { name: 'Ed25519' } },
  Ed25519: { generate: { name: 'Ed25519' }, sign: { name: 'Ed25519' } },
} as const;

function rsa(name: string, hash: number) {
  return {
    generate: {
      name,
      hash: `SHA-${hash}`,
      modulusLength: 2048,
      publicExponent: Uint8Array.of(1, 0, 1),
    },
    sign: { name, saltLength: hash / 8 },
  };
}

function ecdsa(namedCurve: string, hash: number) {
  return {
    generate: { name: 'ECDSA', namedCurve },
    sign: { name: 'ECDSA', hash: `SHA-${hash}` },
  };
}

export type Algorithm = keyof typeof ALGORITHMS;

/** A key pair of an issuer: what it publishes and how it signs. */
export interface SigningKey {
  readonly alg: Algorithm;
  readonly kid: string;
  /** The member of the published key set: `kid`, `alg` and `use` included. */
  readonly publicJwk: JsonWebKeyLike;
  readonly privateKey: CryptoKey;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** A new key pair; `modulusLength` is for RSA keys that are weaker or larger than 2048 bits. */
export async function createSigningKey(
  alg: Algorithm = 'ES256',
  kid: string = `${alg}-${crypto.randomUUID()}`,
  modulusLength?: number,
): Promise<SigningKey> {
  const { generate, sign } = ALGORITHMS[alg];
  const parameters = modulusLength === undefined ? generate : { ...generate, modulusLength };
  const usages: KeyUsage[] = ['sign', 'verify'];
  const pair = await findPair(
    `${alg} ${kid}`,
    async () => (await crypto.subtle.generateKey(parameters, true, usages)) as CryptoKeyPair,
  );
  const { kty, crv, n, e, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  return {
    alg,
    kid,
    publicJwk: JSON.parse(JSON.stringify({ kty, crv, n, e, x, y, kid, alg, use: 'sig' })),
    privateKey: pair.privateKey,
    sign: async (bytes) =>
      new Uint8Array(await crypto.subtle.sign(sign, pair.privateKey, Uint8Array.from(bytes))),
  };
}

const fixtures = new Map<Algorithm, Promise<SigningKey>>();

/** The one key pair of this process for an algorithm; its `kid` is the algorithm's name. */
export function fixtureKey(alg: Algorithm = 'ES256'): Promise<SigningKey> {
  let key = fixtures.get(alg);
  if (key === undefined) {
    key = createSigningKey(alg, alg);
    fixtures.set(alg, key);
  }
  return key;
}

/** The published set of some keys, as JSON. */
export function toJwks(...keys: readonly SigningKey[]): { keys: JsonWebKeyLike[] } {
  return { keys: keys.map((key) => key.publicJwk) };
}

/** The published set of some keys, to verify with. */
export function toKeySet(...keys: readonly SigningKey[]): KeySet {
  return createLocalKeySet(toJwks(...keys));
}

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'https://api.example';

/** Claims that a verifier for {@link ISSUER} and {@link AUDIENCE} accepts for an hour. */
export function validClaims(overrides: Readonly<Record<string, unknown>> = {}) {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'ada@example.com',
    client_id: 'client-1',
    jti: 'token-1',
    iat: now,
    exp: now + 3600,
    scope: 'SEARCH CHAT',
    ...overrides,
  } as const;
}

/** How to sign; every other member goes into the header. `undefined` leaves a member out. */
export interface SignOptions {
  /** Default: the fixture key of `alg`. */
  readonly key?: SigningKey;
  /** What the header says; the key signs with its own algorithm. Default: the key's. */
  readonly alg?: string | undefined;
  /** Default: the key's. */
  readonly kid?: unknown;
  /** Default `at+jwt`. */
  readonly typ?: unknown;
  readonly [member: string]: unknown;
}

/** A signed token. Strings and bytes are taken as the payload as they are. */
export async function signToken(
  claims: Readonly<Record<string, unknown>> | string | Uint8Array = validClaims(),
  options: SignOptions = {},
): Promise<string> {
  const { key: given, ...header } = options;
  const key = given ?? (await fixtureKey((options.alg as Algorithm | undefined) ?? 'ES256'));
  return signSegments({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header }, claims, key);
}

/** Signs a header and a payload as they are, well-formed or not. */
export async function signSegments(
  header: unknown,
  payload: unknown,
  key: SigningKey,
): Promise<string> {
  const input = `${toSegment(header)}.${toSegment(payload)}`;
  return `${input}.${toSegment(await key.sign(new TextEncoder().encode(input)))}`;
}

/** A token signed with a shared secret. */
export async function signWithSecret(
  claims: Readonly<Record<string, unknown>>,
  secret: Uint8Array,
  options: { readonly alg?: 'HS256' | 'HS384' | 'HS512'; readonly [member: string]: unknown } = {},
): Promise<string> {
  const { alg = 'HS256', ...header } = options;
  const algorithm = { name: 'HMAC', hash: `SHA-${alg.slice(2)}` };
  const key = await crypto.subtle.importKey('raw', Uint8Array.from(secret), algorithm, false, [
    'sign',
  ]);
  const input = `${toSegment({ alg, typ: 'at+jwt', ...header })}.${toSegment(claims)}`;
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(input));
  return `${input}.${toSegment(new Uint8Array(signature))}`;
}

/** Joins three segments. A segment that is not a string is encoded. */
export function craftToken(header: unknown, payload: unknown, signature: unknown): string {
  return [header, payload, signature].map(toSegment).join('.');
}

/** One segment: bytes and text are encoded as they are, everything else as JSON. */
export function toSegment(value: unknown): string {
  const bytes = value instanceof Uint8Array || typeof value === 'string';
  return Buffer.from((bytes ? value : JSON.stringify(value)) as string).toString('base64url');
}

/** The signed token with one of its segments replaced by text that is not encoded again. */
export function withSegment(token: string, index: 0 | 1 | 2, segment: string): string {
  const segments = token.split('.');
  segments[index] = segment;
  return segments.join('.');
}

import { createHash } from 'node:crypto';
import type { JsonWebKeyLike } from '@mandate/core/jwt';
import { fixtureKey, signToken, toSegment } from '../support/tokens.js';
import { claims } from './tokens.js';

/** The good signature of an ECDSA token as the DER that TLS and X.509 use. */
export function toDer(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2;
  const integers = [signature.subarray(0, half), signature.subarray(half)].map(toDerInteger);
  const body = Buffer.concat(integers);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

function toDerInteger(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = bytes.subarray(start);
  const padding = (digits[0] as number) > 0x7f ? [0] : [];
  return Buffer.from([2, digits.length + padding.length, ...padding, ...digits]);
}

/** A token with a forged signature, made from the bytes that a valid signature covers. */
export function forge(
  header: Readonly<Record<string, unknown>>,
  sign: (input: Buffer) => Uint8Array,
  payload: unknown = claims(),
): string {
  const input = `${toSegment(header)}.${toSegment(payload)}`;
  return `${input}.${toSegment(sign(Buffer.from(input)))}`;
}

/** A good ES256 token with its signature changed. */
export async function withSignature(change: (signature: Buffer) => Uint8Array): Promise<string> {
  const [header, payload, signature = ''] = (await signToken(claims())).split('.');
  return `${header}.${payload}.${toSegment(change(Buffer.from(signature, 'base64url')))}`;
}

/** A good PS256 token without the zero that its signature begins with, which OpenSSL accepts. */
export async function withoutFirstZero(): Promise<string> {
  for (let i = 0; ; i++) {
    const token = await signToken(claims({ jti: `${i}` }), { alg: 'PS256' });
    const [header, payload, signature = ''] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    if (bytes[0] === 0) return `${header}.${payload}.${toSegment(bytes.subarray(1))}`;
  }
}

/** The order of P-256. */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The other signature that every ECDSA signature comes with: r, n − s. */
export function negateS(signature: Buffer): Uint8Array {
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
  const negated = (P256_ORDER - s).toString(16).padStart(64, '0');
  return Buffer.concat([signature.subarray(0, 32), Buffer.from(negated, 'hex')]);
}

export function repeatInteger(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(64, '0').repeat(2), 'hex');
}

export const ORDER = repeatInteger(P256_ORDER);

/** The signature that an RSA key with the exponent 1 accepts: the padded hash itself (RFC 8017 §9.2). */
export function signWithExponentOne(input: Buffer): Uint8Array {
  const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  const tail = Buffer.concat([digestInfo, createHash('sha256').update(input).digest()]);
  const padding = Buffer.alloc(256 - 3 - tail.length, 0xff);
  return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), tail]);
}

/** The public key in every form that an attacker may use as the secret of HS256. */
export async function publicKeySpellings(): Promise<readonly (readonly [string, Uint8Array])[]> {
  const { publicJwk } = await fixtureKey('RS256');
  const { kty, n, e } = publicJwk as JsonWebKey;
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('jwk', { kty, n, e } as JsonWebKey, algorithm, true, [
    'verify',
  ]);
  const der = Buffer.from(await crypto.subtle.exportKey('spki', key));
  const lines = der
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n');
  const pem = `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----`;
  return [
    ['PEM', Buffer.from(pem)],
    ['PEM and a line break', Buffer.from(`${pem}\n`)],
    ['DER', der],
    ['JWK', Buffer.from(JSON.stringify(publicJwk))],
    ['modulus', Buffer.from(String(n), 'base64url')],
    ['modulus as text', Buffer.from(String(n))],
    ['kid', Buffer.from('RS256')],
    ['no byte at all', Buffer.from([0])],
  ];
}

/** A public key without its kid, as an attacker would put it into a header. */
export function withoutKid({ kid: _kid, ...jwk }: JsonWebKeyLike): JsonWebKeyLike {
  return jwk;
}

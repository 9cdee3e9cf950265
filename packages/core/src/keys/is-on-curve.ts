import { decodeBase64url } from '../jws/base64url.js';

/** A curve y² = x³ − 3x + b over the integers modulo p, and the length of a coordinate in bytes. */
interface Curve {
  readonly p: bigint;
  readonly b: bigint;
  readonly bytes: number;
}

/** FIPS 186-4, appendix D.1.2. */
const CURVES: Readonly<Record<string, Curve>> = {
  'P-256': {
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    bytes: 32,
  },
  'P-384': {
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    bytes: 48,
  },
  'P-521': {
    p: 2n ** 521n - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    bytes: 66,
  },
};

/**
 * Whether two coordinates are a point of a curve (RFC 7518 §6.2.1.2). The import of most runtimes checks it. Deno
 * imports any coordinates, and then throws for each signature, so the tokens of other keys with the same `kid` would fail.
 * @param crv the name of the curve. Other curves than those of JWS are not checked.
 */
export function isOnCurve(crv: string, [x, y]: readonly [x: string, y: string]): boolean {
  const curve = Object.hasOwn(CURVES, crv) ? CURVES[crv] : undefined;
  if (curve === undefined) return true;
  const { p, b, bytes } = curve;
  const [a, c] = [parseCoordinate(x, bytes), parseCoordinate(y, bytes)];
  if (a === undefined || c === undefined || a >= p || c >= p) return false;
  return (c * c - (a * a * a - 3n * a + b)) % p === 0n;
}

function parseCoordinate(text: string, length: number): bigint | undefined {
  const bytes = decodeBase64url(text);
  if (bytes?.length !== length) return undefined;
  return bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);
}

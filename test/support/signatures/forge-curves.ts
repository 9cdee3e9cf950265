import {
  hex,
  invalid,
  resize,
  type SignatureCase,
  toBytes,
  toInteger,
  valid,
} from './signature-case.js';

/** ECDSA signatures (RFC 7518 §3.4) whose r or s is out of range, in another form or of another key. */
export function forgeEcdsa(signature: Uint8Array, orderHex: string): SignatureCase[] {
  const size = signature.length / 2;
  const order = BigInt(`0x${orderHex}`);
  const [r, s] = [toInteger(signature.subarray(0, size)), toInteger(signature.subarray(size))];
  const join = (left: bigint, right: bigint) =>
    Buffer.concat([toBytes(left, size), toBytes(right, size)]);
  const special = [0n, 1n, 2n, order - 1n, order, order + 1n, 2n ** BigInt(8 * size) - 1n];
  return [
    valid('as it was made', signature),
    // RFC 7518 allows both of the values of s.
    valid('n - s', join(r, order - s)),
    invalid('r and s exchanged', join(s, r)),
    invalid('n - r', join(order - r, s)),
    invalid('r + 1', join(r + 1n, s)),
    ...special.flatMap((one) => [
      invalid(`r = ${one}`, join(one, s)),
      invalid(`s = ${one}`, join(r, one)),
      ...special.map((other) => invalid(`r = ${one}, s = ${other}`, join(one, other))),
    ]),
    invalid('DER', toDer(r, s)),
    ...resize(signature),
  ];
}

function toDer(r: bigint, s: bigint): Buffer {
  const integer = (value: bigint) => {
    const bytes = hex(
      `00${value.toString(16).padStart(Math.ceil(value.toString(16).length / 2) * 2, '0')}`,
    );
    return Buffer.concat([Buffer.of(2, bytes.length), bytes]);
  };
  const body = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([hex(body.length < 128 ? '30' : '3081'), Buffer.of(body.length), body]);
}

/** The order of the base point of Ed25519 (RFC 8032 §5.1). */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Ed25519 signatures whose S is not reduced (RFC 8032 §5.1.7) or whose R is of small order. */
export function forgeEd25519(signature: Uint8Array): SignatureCase[] {
  const r = signature.subarray(0, 32);
  const s = toInteger(signature.slice(32).reverse());
  const join = (left: Uint8Array, value: bigint) =>
    Buffer.concat([left, toBytes(value, 32).reverse()]);
  const identity = toBytes(1n, 32).reverse();
  return [
    valid('as it was made', signature),
    ...[1n, 2n, 3n].map((times) => invalid(`S + ${times} L`, join(r, s + times * L))),
    ...[0n, 1n, L - 1n, L, L + 1n, 2n ** 255n, 2n ** 256n - 1n].flatMap((value) => [
      invalid(`S = ${value}`, join(r, value)),
      invalid(`S = ${value}, R the identity`, join(identity, value)),
    ]),
    invalid('R the identity', join(identity, s)),
    invalid('R of zeros', join(Buffer.alloc(32), s)),
    invalid('R not a point', join(Buffer.alloc(32, 0xff), s)),
    ...resize(signature),
  ];
}

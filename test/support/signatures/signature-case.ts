/** A signature over `data` that must verify (`isValid`) or not, and why. */
export interface SignatureCase {
  readonly name: string;
  readonly signature: Uint8Array;
  readonly isValid: boolean;
}

export const valid = (name: string, signature: Uint8Array): SignatureCase => ({
  name,
  signature,
  isValid: true,
});
export const invalid = (name: string, signature: Uint8Array): SignatureCase => ({
  ...valid(name, signature),
  isValid: false,
});

export const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
export const toInteger = (bytes: Uint8Array) =>
  BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
export const toBytes = (value: bigint, length: number) =>
  hex(
    value
      .toString(16)
      .padStart(2 * length, '0')
      .slice(-2 * length),
  );

/** What is wrong with any signature of another length, whatever the algorithm. */
export function resize(signature: Uint8Array): SignatureCase[] {
  const zero = Buffer.alloc(1);
  return [
    invalid('empty', Buffer.alloc(0)),
    invalid('one byte', zero),
    invalid('without its last byte', signature.subarray(0, -1)),
    invalid('without its first byte', signature.subarray(1)),
    invalid('with a zero before it', Buffer.concat([zero, signature])),
    invalid('with a zero behind it', Buffer.concat([signature, zero])),
    invalid('twice', Buffer.concat([signature, signature])),
    invalid('of zeros', Buffer.alloc(signature.length)),
    invalid('of ones', Buffer.alloc(signature.length, 0xff)),
    ...[0, 9, signature.length - 1].map((at) =>
      invalid(
        `with byte ${at} flipped`,
        signature.map((byte, i) => (i === at ? byte ^ 1 : byte)),
      ),
    ),
  ];
}

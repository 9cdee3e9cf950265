import { constants, createHash, KeyObject, privateEncrypt } from 'node:crypto';
import {
  hex,
  invalid,
  resize,
  type SignatureCase,
  toBytes,
  toInteger,
  valid,
} from './signature-case.js';

/** Encoded messages that are not EMSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §9.2), signed with the key. */
export function forgePkcs1(data: string, key: CryptoKey): SignatureCase[] {
  const digest = createHash('sha256').update(data, 'latin1').digest();
  const info = Buffer.concat([hex('3031300d060960864801650304020105000420'), digest]);
  const length = (key.algorithm as RsaKeyAlgorithm).modulusLength / 8;
  const pad = (tail: Uint8Array, { start = '0001', fill = 0xff, end = '' } = {}) => {
    const [first, last] = [hex(start), hex(end)];
    const size = length - first.length - 1 - tail.length - last.length;
    return Buffer.concat([first, Buffer.alloc(size, fill), Buffer.alloc(1), tail, last]);
  };
  const withInfo = (prefix: string) => Buffer.concat([hex(prefix), digest]);
  const cases: readonly (readonly [string, Buffer])[] = [
    ['no NULL in the algorithm', pad(withInfo('302f300b0609608648016503040201 0420'))],
    ['a length in long form', pad(withInfo('308131300d060960864801650304020105000420'))],
    ['a length with a leading zero', pad(withInfo('30820031300d060960864801650304020105000420'))],
    [
      'an indefinite length',
      pad(Buffer.concat([withInfo('3080300d060960864801650304020105000420'), hex('0000')])),
    ],
    ['a length that is too long', pad(withInfo('3032300d060960864801650304020105000420'))],
    ['a length that is too short', pad(withInfo('3030300d060960864801650304020105000420'))],
    ['the OID of SHA-1', pad(withInfo('302d300906052b0e03021a05000420'))],
    ['the OID of SHA-512', pad(withInfo('3031300d060960864801650304020305000420'))],
    ['the digest alone', pad(digest)],
    ['no digest', pad(hex('3031300d06096086480165030402010500'))],
    ['a NULL behind the digest', pad(info, { end: '0500' })],
    [
      'garbage behind the digest (Bleichenbacher 2006)',
      Buffer.concat([
        hex('0001ffffffffffffffff00'),
        info,
        Buffer.alloc(length - 11 - info.length, 7),
      ]),
    ],
    ['garbage before the digest', pad(Buffer.concat([hex('0500'), info]))],
    ['padding of zeros', pad(info, { fill: 0 })],
    ['padding of other bytes', pad(info, { fill: 0xfe })],
    ['block type 0', pad(info, { start: '0000' })],
    ['block type 2', pad(info, { start: '0002' })],
    ['a first byte that is not zero', pad(info, { start: '0101' })],
    [
      'the digest of other data',
      pad(withInfo('3031300d060960864801650304020105000420').fill(1, 19)),
    ],
  ];
  const signed = encrypt(pad(info), key);
  return [
    valid('made by hand', signed),
    ...cases.map(([name, message]) => invalid(name, encrypt(message, key))),
    ...outOfRange(signed, key),
    ...resize(signed),
  ];
}

/** Signatures that are the same modulo n but not less than n, and the fixed points of RSA. */
function outOfRange(signature: Uint8Array, key: CryptoKey): SignatureCase[] {
  const { n } = KeyObject.from(key).export({ format: 'jwk' });
  const modulus = toInteger(Buffer.from(n ?? '', 'base64url'));
  const at = (value: bigint) => toBytes(value, signature.length);
  return [
    invalid('0', at(0n)),
    invalid('1', at(1n)),
    invalid('n - 1', at(modulus - 1n)),
    invalid('n', at(modulus)),
    invalid('n + 1', at(modulus + 1n)),
    invalid('n - signature', at(modulus - toInteger(signature))),
    invalid(
      'signature + n, a byte longer',
      toBytes(toInteger(signature) + modulus, signature.length + 1),
    ),
  ];
}

const encrypt = (message: Buffer, key: CryptoKey) =>
  privateEncrypt({ key: KeyObject.from(key), padding: constants.RSA_NO_PADDING }, message);

/** EMSA-PSS with SHA-256 (RFC 8017 §9.1.1) with one parameter changed at a time. */
export function forgePss(data: string, key: CryptoKey): SignatureCase[] {
  const length = (key.algorithm as RsaKeyAlgorithm).modulusLength / 8;
  const sign = (changed: Partial<PssParameters> = {}) =>
    encrypt(
      encodePss(data, {
        length,
        saltLength: 32,
        hash: 'sha256',
        mgf: 'sha256',
        trailer: 0xbc,
        separator: 1,
        ...changed,
      }),
      key,
    );
  const signed = sign();
  return [
    valid('made by hand', signed),
    ...[0, 1, 20, 31, 33, 64].map((saltLength) =>
      invalid(`a salt of ${saltLength} bytes`, sign({ saltLength })),
    ),
    invalid('SHA-1', sign({ hash: 'sha1' })),
    invalid('SHA-384', sign({ hash: 'sha384' })),
    invalid('MGF1 with SHA-1', sign({ mgf: 'sha1' })),
    invalid('another trailer', sign({ trailer: 0xcc })),
    invalid('another separator', sign({ separator: 2 })),
    ...outOfRange(signed, key),
    ...resize(signed),
  ];
}

interface PssParameters {
  readonly length: number;
  readonly saltLength: number;
  readonly hash: string;
  readonly mgf: string;
  readonly trailer: number;
  readonly separator: number;
}

function encodePss(data: string, parameters: PssParameters): Buffer {
  const { length, saltLength, hash, mgf, trailer, separator } = parameters;
  const salt = Buffer.alloc(saltLength, 5);
  const digest = createHash(hash).update(data, 'latin1').digest();
  const h = createHash(hash)
    .update(Buffer.concat([Buffer.alloc(8), digest, salt]))
    .digest();
  const block = Buffer.alloc(length - h.length - 1);
  block[block.length - saltLength - 1] = separator;
  salt.copy(block, block.length - saltLength);
  const mask = generateMask(h, block.length, mgf);
  const masked = block.map((byte, i) => byte ^ (mask[i] ?? 0));
  masked[0] = (masked[0] ?? 0) & 0x7f;
  return Buffer.concat([masked, h, Buffer.of(trailer)]);
}

/** MGF1 (RFC 8017 §B.2.1). */
function generateMask(seed: Uint8Array, length: number, hash: string): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; blocks.length * 20 < length + 64; i++) {
    blocks.push(
      createHash(hash)
        .update(seed)
        .update(toBytes(BigInt(i), 4))
        .digest(),
    );
  }
  return Buffer.concat(blocks).subarray(0, length);
}

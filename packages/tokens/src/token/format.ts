import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * How a token's secret looks: `<prefix>_<43 base62 characters><6 base62 characters>`. The 43 hold 256
 * random bits; the 6 are the CRC-32 of everything before them, so that a mistyped or made-up secret is
 * refused without asking the store.
 */
export interface TokenFormat {
  /** What every secret starts with, underscore included: `mdt_`. */
  readonly start: string;
  /** Makes a new secret. */
  create(): string;
  /** Whether a token is a secret of this format with the right checksum. It says nothing of the store. */
  matches(token: string): boolean;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BODY_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const PREFIX = /^[a-z][a-z0-9]{1,15}$/;

/**
 * @param prefix 2 to 16 lower-case letters and digits. Default `mdt`. Choose one of your own, so that
 * secret scanners and people can tell whose secret they found.
 * @param random 32 random bytes; to be injected in tests only.
 * @throws TypeError if the prefix has another form.
 */
export function createTokenFormat(
  prefix = 'mdt',
  random: () => Uint8Array = () => randomBytes(32),
): TokenFormat {
  if (!PREFIX.test(prefix)) {
    throw new TypeError('the prefix must be 2 to 16 lower-case letters and digits');
  }
  const start = `${prefix}_`;
  const bodyEnd = start.length + BODY_LENGTH;
  const pattern = new RegExp(`^${createTokenPattern(prefix)}$`);
  return {
    start,
    create() {
      const body = start + encodeBase62(toInteger(random()), BODY_LENGTH);
      return body + checksum(body);
    },
    matches(token) {
      return pattern.test(token) && endsWithChecksum(token, toChecksum(token.slice(0, bodyEnd)));
    },
  };
}

/**
 * A regular expression for secret scanners, without anchors: it finds every secret of that prefix, and
 * hardly anything else.
 */
export function createTokenPattern(prefix = 'mdt'): string {
  return `${prefix}_[0-9A-Za-z]{${BODY_LENGTH + CHECKSUM_LENGTH}}`;
}

function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function checksum(body: string): string {
  return encodeBase62(BigInt(toChecksum(body)), CHECKSUM_LENGTH);
}

/** Unsigned, which the result on Deno before 2.4 is not. */
function toChecksum(body: string): number {
  return crc32(body) >>> 0;
}

/** Compares digit by digit, last first: every request with a new token waits for it. */
function endsWithChecksum(token: string, sum: number): boolean {
  let rest = sum;
  for (let place = token.length - 1; place >= token.length - CHECKSUM_LENGTH; place--) {
    if (token.charCodeAt(place) !== ALPHABET.charCodeAt(rest % 62)) return false;
    rest = Math.floor(rest / 62);
  }
  return true;
}

/** 62^43 > 2^256 and 62^6 > 2^32, so nothing is cut off. */
function encodeBase62(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  while (text.length < length) {
    text = ALPHABET.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}

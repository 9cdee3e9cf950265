import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * The format of a token's secret: `<prefix>_<43 base62 characters><6 base62 characters>`. The 43 characters
 * hold 256 random bits. The last 6 are the CRC-32 of everything before them, so that a mistyped or made-up
 * secret is rejected without a look-up in the store.
 */
export interface TokenFormat {
  /** The prefix and its underscore: `mdt_`. */
  readonly start: string;
  /** Creates a random secret. */
  create(): string;
  /** Whether a token has this format and a correct checksum. It may still be unknown to the store. */
  matches(token: string): boolean;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BODY_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const PREFIX = /^[a-z][a-z0-9]{1,15}$/;

/**
 * Creates the format of secrets with a prefix of your own, for both the authority and the verifier.
 *
 * @param prefix 2 to 16 lower-case letters and digits, of which the first is a letter. Default `mdt`. Your own
 * prefix lets secret scanners and people see which system a leaked secret belongs to.
 * @param random returns 32 random bytes. Replace it only in tests.
 * @throws TypeError if the prefix is invalid.
 *
 * @example
 * const format = createTokenFormat('acme');
 * createTokenAuthority({ store, format });
 * createTokenVerifier({ store, format });
 */
export function createTokenFormat(
  prefix = 'mdt',
  random: () => Uint8Array = () => randomBytes(32),
): TokenFormat {
  if (!PREFIX.test(prefix)) {
    throw new TypeError(
      'createTokenFormat: prefix must be 2 to 16 lower-case letters and digits, and begin with a letter',
    );
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
 * Creates the source of a regular expression for secret scanners. It has no anchors, so that it finds secrets
 * inside of other text.
 *
 * @param prefix the prefix of {@link createTokenFormat}. Default `mdt`.
 *
 * @example
 * new RegExp(createTokenPattern('acme')).test('a line of a log');
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

/** Converts to unsigned, because Deno before 2.4 returns a signed number. */
function toChecksum(body: string): number {
  return crc32(body) >>> 0;
}

/** Compares digit by digit from the end, without a string, because each request with a new token waits for it. */
function endsWithChecksum(token: string, sum: number): boolean {
  let rest = sum;
  for (let place = token.length - 1; place >= token.length - CHECKSUM_LENGTH; place--) {
    if (token.charCodeAt(place) !== ALPHABET.charCodeAt(rest % 62)) return false;
    rest = Math.floor(rest / 62);
  }
  return true;
}

/** The lengths suffice for every value: 62^43 > 2^256 and 62^6 > 2^32. */
function encodeBase62(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  while (text.length < length) {
    text = ALPHABET.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}

import { SoapError } from './soap-fault.js';

/** How the bytes of a message become text. `utf-16` has a byte order mark, or none and is big-endian. */
type Encoding = 'utf-8' | 'utf-16' | 'utf-16le' | 'utf-16be' | 'us-ascii' | 'iso-8859-1';

/** XML processors must know UTF-8 and UTF-16 (XML 1.0 §2.2). The others are what clients declare. */
const ENCODINGS: Readonly<Record<string, Encoding>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'utf-16': 'utf-16',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
  'us-ascii': 'us-ascii',
  ascii: 'us-ascii',
  'iso-8859-1': 'iso-8859-1',
  latin1: 'iso-8859-1',
};

/**
 * Decodes an XML message by its byte order mark, the `charset` of its media type and its XML
 * declaration (RFC 7303 §3, XML 1.0 appendix F). Without any of them it is UTF-8.
 *
 * @param charset the parameter of the `Content-Type`.
 * @throws SoapError if the encoding is unknown, the three contradict each other, or the bytes are
 * invalid in the encoding: another reader could see another message.
 */
export function decodeXml(bytes: Uint8Array, charset: string | undefined): string {
  const detected = detectEncoding(bytes);
  const stated = charset === undefined ? undefined : findEncoding(charset);
  const encoding = combine(detected, stated);
  const declared = findDeclaredEncoding(bytes, encoding);
  return decode(bytes, combine(encoding, declared) ?? 'utf-8');
}

/** By the byte order mark, or by the first two characters, `<` and another one of ASCII. */
function detectEncoding([a, b, c, d]: Uint8Array): Encoding | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0 && b === 0x3c && c === 0 && d !== 0) return 'utf-16be';
  if (a === 0x3c && b === 0 && c !== 0 && d === 0) return 'utf-16le';
  return undefined;
}

function findEncoding(label: string): Encoding {
  const name = label.toLowerCase();
  const encoding = Object.hasOwn(ENCODINGS, name) ? ENCODINGS[name] : undefined;
  if (encoding !== undefined) return encoding;
  throw new SoapError('Client', `unknown encoding; use ${SUGGESTED.join(', ')}`);
}

const SUGGESTED = [...new Set(Object.values(ENCODINGS))];

/** Returns the encoding that both name. `utf-16` agrees with either byte order. */
function combine(one: Encoding | undefined, other: Encoding | undefined): Encoding | undefined {
  if (one === undefined || other === undefined || one === other) return one ?? other;
  if (other === 'utf-16' && one.startsWith('utf-16')) return one;
  if (one === 'utf-16' && other.startsWith('utf-16')) return other;
  throw contradiction();
}

const contradiction = (): SoapError =>
  new SoapError('Client', 'the encodings that the message states contradict each other');

/** XML 1.0 §2.8: the declaration stands at the very beginning, behind the byte order mark. */
const DECLARATION = /^<\?xml\s[^?>]*?\sencoding\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')/;

function findDeclaredEncoding(
  bytes: Uint8Array,
  encoding: Encoding | undefined,
): Encoding | undefined {
  // The declaration is ASCII in every encoding but UTF-16.
  const isWide = encoding?.startsWith('utf-16') === true;
  const decoder = new TextDecoder(isWide ? toLabel(encoding) : 'utf-8');
  const [, double, single] = DECLARATION.exec(decoder.decode(bytes.subarray(0, 512))) ?? [];
  const label = double ?? single;
  if (label === undefined) return undefined;
  const declared = findEncoding(label);
  if (declared.startsWith('utf-16') && !isWide) throw contradiction();
  return declared;
}

/** RFC 2781 §4.3: UTF-16 without a byte order mark is big-endian. */
const toLabel = (encoding: Encoding): string => (encoding === 'utf-16' ? 'utf-16be' : encoding);

/** `TextDecoder` removes a byte order mark, and for `iso-8859-1` means windows-1252. */
function decode(bytes: Uint8Array, encoding: Encoding): string {
  if (encoding === 'iso-8859-1' || encoding === 'us-ascii') {
    if (encoding === 'us-ascii' && bytes.some((byte) => byte > 0x7f)) throw invalidBytes();
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  }
  try {
    return new TextDecoder(toLabel(encoding), { fatal: true }).decode(bytes);
  } catch {
    throw invalidBytes();
  }
}

const invalidBytes = (): SoapError =>
  new SoapError('Client', 'the message has bytes that are invalid in its encoding');

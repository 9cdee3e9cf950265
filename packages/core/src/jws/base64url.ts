/** The alphabet of RFC 4648 §5. */
const ALPHABET = /^[A-Za-z0-9_-]*$/;

/** The last characters of texts whose length divided by 4 leaves 2 or 3: no bit behind the last byte. */
const ENDS = { 2: 'AQgw', 3: 'AEIMQUYcgkosw048' } as const;

/**
 * Whether the text is base64url and nothing else: no padding, no white space, no other alphabet, and no
 * stray bits behind the last byte. So a byte string has exactly one spelling.
 */
export function isBase64url(text: string): boolean {
  if (!ALPHABET.test(text)) return false;
  const rest = text.length % 4;
  if (rest === 2 || rest === 3) return ENDS[rest].includes(text.charAt(text.length - 1));
  return rest === 0;
}

/** The bytes that the text spells; `undefined` if it is not {@link isBase64url base64url}. */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const binary = decodeToBinary(text);
  return binary === undefined ? undefined : toBytes(binary);
}

const NOT_ASCII = /[^\0-\x7f]/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text whose UTF-8 the text spells; `undefined` if it is not base64url or that is not UTF-8. */
export function decodeText(text: string): string | undefined {
  const binary = decodeToBinary(text);
  // ASCII is its own UTF-8. Nearly all tokens are, and an array of bytes costs more than the decoding.
  if (binary === undefined || !NOT_ASCII.test(binary)) return binary;
  try {
    return utf8.decode(toBytes(binary));
  } catch {
    return undefined;
  }
}

/** One character for each byte. */
function decodeToBinary(text: string): string | undefined {
  return isBase64url(text) ? atob(text.replaceAll('-', '+').replaceAll('_', '/')) : undefined;
}

function toBytes(binary: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

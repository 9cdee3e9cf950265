/** The alphabet of RFC 4648 §5. */
const ALPHABET = /^[A-Za-z0-9_-]*$/;

/** The allowed last characters if the length modulo 4 is 2 or 3: no bits follow the last byte. */
const ENDS = { 2: 'AQgw', 3: 'AEIMQUYcgkosw048' } as const;

/**
 * Whether the text is canonical base64url: no padding, no white space, no other alphabet, and no bits after
 * the last byte. So a byte string has exactly one spelling.
 */
export function isBase64url(text: string): boolean {
  if (!ALPHABET.test(text)) return false;
  const rest = text.length % 4;
  if (rest === 2 || rest === 3) return ENDS[rest].includes(text.charAt(text.length - 1));
  return rest === 0;
}

/** Decodes base64url to bytes; `undefined` if the text is not {@link isBase64url canonical}. */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const binary = decodeToBinary(text);
  return binary === undefined ? undefined : toBytes(binary);
}

const NOT_ASCII = /[^\0-\x7f]/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes base64url to a string; `undefined` if the text is not canonical base64url of valid UTF-8. */
export function decodeText(text: string): string | undefined {
  const binary = decodeToBinary(text);
  // Nearly all tokens are ASCII, which needs no UTF-8 decoding. An array of bytes costs more than atob.
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

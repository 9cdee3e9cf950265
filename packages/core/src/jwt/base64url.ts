/** Six bits for each character of the alphabet of RFC 4648 §5; 255 for every other one. */
const SEXTETS = new Uint8Array(128).fill(255);
for (const [value, c] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
].entries()) {
  SEXTETS[c.charCodeAt(0)] = value;
}

/**
 * Decodes base64url and nothing else: no padding, no white space, no other alphabet, and no stray
 * bits behind the last byte. So a byte string has exactly one spelling; `undefined` for the others.
 */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const length = text.length;
  if (length % 4 === 1) return undefined;
  const bytes = new Uint8Array((length * 3) >> 2);
  let bits = 0;
  let pending = 0;
  let written = 0;
  let seen = 0;
  for (let i = 0; i < length; i++) {
    const sextet = SEXTETS[text.charCodeAt(i)] ?? 255;
    seen |= sextet;
    bits = (bits << 6) | sextet;
    pending += 6;
    if (pending >= 8) {
      pending -= 8;
      bytes[written++] = bits >> pending;
      bits &= (1 << pending) - 1;
    }
  }
  // 255 is the only entry above 63; what is left of `bits` lies behind the last byte.
  return seen > 63 || bits !== 0 ? undefined : bytes;
}

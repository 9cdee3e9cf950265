const ENCODED = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;
const LOOKS_ENCODED = /^=\?base64\?.*\?=$/;
/** Visible ASCII, spaces and tabs. */
const PLAIN = /^[\t\x20-\x7e]*$/;

/**
 * Decodes the value of a header that repeats a member of the body (MCP 2026-07-28, `basic/transports/streamable-http`,
 * value encoding): plain ASCII, or `=?base64?…?=` with UTF-8 in it.
 *
 * @returns `undefined` if the value is neither.
 *
 * @example
 * decodeHeaderValue('=?base64?IHBhZGRlZCA=?='); // ' padded '
 */
export function decodeHeaderValue(value: string): string | undefined {
  if (!LOOKS_ENCODED.test(value)) return PLAIN.test(value) ? value : undefined;
  const encoded = ENCODED.exec(value)?.[1];
  if (encoded === undefined || encoded.length % 4 !== 0) return undefined;
  const binary = atob(encoded);
  // One text has one spelling: no bits may be left over.
  if (btoa(binary) !== encoded) return undefined;
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

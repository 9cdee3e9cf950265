/**
 * Removes the white space around a header's value: SP and HTAB (RFC 9110 §5.6.3). `String.prototype.trim`
 * also removes what is content in a header, such as a no-break space or a byte order mark, so the guard
 * would judge another value than the handler reads.
 *
 * @example
 * trimWhiteSpace(' staff\t'); // 'staff'
 */
export function trimWhiteSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start++;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

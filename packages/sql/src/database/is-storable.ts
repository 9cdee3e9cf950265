/** PostgreSQL rejects text with a NUL, so a row cannot have such a key. Keys come from URLs, unchecked. */
export function isStorable(text: string): boolean {
  return !text.includes('\0');
}

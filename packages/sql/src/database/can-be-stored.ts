/** PostgreSQL keeps no text with a NUL: what is asked for by such a one, out of an address, is not there. */
export function canBeStored(text: string): boolean {
  return !text.includes('\0');
}

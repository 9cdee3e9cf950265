const MAX_TEXTS = 64;
const MAX_LENGTH = 512;

/**
 * Remembers what the last few short texts were read as, for texts that come again in token after token.
 * What `read` returns is shared, so it must be frozen; `undefined` is not remembered.
 */
export function createMemo<Value>(read: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const value = read(text);
    if (value !== undefined && text.length <= MAX_LENGTH) {
      if (known.size >= MAX_TEXTS) known.clear();
      known.set(text, value);
    }
    return value;
  };
}

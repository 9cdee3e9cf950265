const MAX_TEXTS = 64;
const MAX_LENGTH = 512;

/**
 * Remembers the results of parsing the last few short texts, for texts that many tokens share. Results are
 * shared, so `parse` must freeze them. `undefined` is not remembered.
 */
export function createMemo<Value>(parse: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const value = parse(text);
    if (value !== undefined && text.length <= MAX_LENGTH) {
      if (known.size >= MAX_TEXTS) known.clear();
      known.set(text, value);
    }
    return value;
  };
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A JSON object, frozen to its depth. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads one JSON object that has exactly one reading: strict UTF-8 and no member twice in the same
 * object (RFC 7515 §4, RFC 7519 §4), nor one called `__proto__`. `undefined` for everything else.
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject | undefined {
  let text: string;
  let value: unknown;
  try {
    text = decoder.decode(bytes);
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  // JSON.parse keeps the last of several equal names. There are none if the text has as many names
  // as the value has members; counting is far cheaper than a parser of our own.
  const members = freezeAndCountMembers(value);
  return members === countNames(text) ? (value as JsonObject) : undefined;
}

/** The number of members in all objects of the value, all of which are frozen; -1 for `__proto__`. */
function freezeAndCountMembers(root: object): number {
  // A stack of its own instead of recursion: the depth is the sender's choice.
  const stack: object[] = [root];
  let members = 0;
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (!Array.isArray(value) && Object.hasOwn(value, '__proto__')) return -1;
    const children: unknown[] = Array.isArray(value) ? value : Object.values(value);
    if (children !== value) members += children.length;
    for (const child of children) {
      if (typeof child === 'object' && child !== null) stack.push(child);
    }
    Object.freeze(value);
  }
  return members;
}

/** The number of `:` outside strings in a text that is valid JSON: one for every member's name. */
function countNames(text: string): number {
  let names = 0;
  let at = 0;
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    const end = quote === -1 ? text.length : quote;
    for (let i = at; i < end; i++) if (text.charCodeAt(i) === 0x3a) names++;
    if (quote === -1) break;
    at = endOfString(text, quote);
  }
  return names;
}

/** The place behind the string that opens at `quote`. */
function endOfString(text: string, quote: number): number {
  let i = quote + 1;
  for (let c = text.charCodeAt(i); c !== 0x22; c = text.charCodeAt(i)) i += c === 0x5c ? 2 : 1;
  return i + 1;
}

/** A deeply frozen JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses a JSON text that has exactly one reading: no object has two members of one name (RFC 7515 §4,
 * RFC 7519 §4), nor one called `__proto__`. What it returns is frozen to its depth.
 *
 * @returns `undefined` for any other text.
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const members = typeof value === 'object' && value !== null ? freezeAndCountMembers(value) : 0;
  // JSON.parse keeps the last of several equal names. If the text has as many names as the value has
  // members, no name was dropped. Counting is far cheaper than a parser of our own.
  return members === countNames(text) ? value : undefined;
}

/** Parses a text like {@link parseJson}. Returns `undefined` unless it is a JSON object. */
export function parseJsonObject(text: string): JsonObject | undefined {
  const value = parseJson(text);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : undefined;
}

/** Freezes the value deeply. Returns the number of members in all objects, or -1 for `__proto__`. */
function freezeAndCountMembers(root: object): number {
  // An explicit stack instead of recursion, because the sender chooses the depth.
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

/** The number of names in valid JSON: strings followed by a colon. */
function countNames(text: string): number {
  let names = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at)) {
    at = endOfString(text, at);
    while (text.charCodeAt(at) <= 0x20) at++;
    if (text.charCodeAt(at) === 0x3a) names++;
  }
  return names;
}

/** The place behind the string that opens at `quote`. */
function endOfString(text: string, quote: number): number {
  let end = text.indexOf('"', quote + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
  return backslashes % 2 === 1;
}

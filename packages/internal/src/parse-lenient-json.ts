/**
 * Parses a JSON text in which duplicate members do not matter: the last one counts.
 * @returns `undefined` if the text is not JSON.
 */
export function parseLenientJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

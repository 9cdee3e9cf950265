/** A piece of an `accepted-web-content-origins` value. */
export interface Lexeme {
  /** `word` is any text between the signs: an origin or the name of an operation. */
  readonly kind: 'word' | '(' | ')' | ',' | 'end';
  readonly text: string;
  /** The place in the text, in characters from 0. */
  readonly position: number;
}

/** The beginning of a whole line of a configuration; the Genesys documents spell the option both ways. */
const OPTION = /^\s*service-client-api[.-]accepted-web-content-origins\s*=/;

/**
 * Splits a value, or the whole line that assigns it, into words and signs. White space only
 * separates.
 */
export function splitLexemes(text: string): readonly Lexeme[] {
  const tokens: Lexeme[] = [];
  const start = OPTION.exec(text)?.[0].length ?? 0;
  for (const match of text.slice(start).matchAll(/[(),]|[^\s(),]+/g)) {
    const [piece] = match;
    const kind = piece === '(' || piece === ')' || piece === ',' ? piece : 'word';
    tokens.push({ kind, text: piece, position: start + match.index });
  }
  return [...tokens, { kind: 'end', text: '', position: text.length }];
}

/** A piece of an `accepted-web-content-origins` value. */
export interface Lexeme {
  /** `word` is any text between the signs: an origin or the name of an operation. */
  readonly kind: 'word' | '(' | ')' | ',' | 'end';
  readonly text: string;
  /** The place in the text, in characters from 0. */
  readonly position: number;
}

/** Splits a value into words and signs. White space only separates. */
export function splitLexemes(text: string): readonly Lexeme[] {
  const tokens: Lexeme[] = [];
  for (const match of text.matchAll(/[(),]|[^\s(),]+/g)) {
    const [piece] = match;
    const kind = piece === '(' || piece === ')' || piece === ',' ? piece : 'word';
    tokens.push({ kind, text: piece, position: match.index });
  }
  return [...tokens, { kind: 'end', text: '', position: text.length }];
}

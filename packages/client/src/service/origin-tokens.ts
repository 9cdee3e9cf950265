/** A piece of an `accepted-web-content-origins` value. */
export interface OriginToken {
  /** `word` is anything between the signs: an origin or the name of an operation. */
  readonly kind: 'word' | '(' | ')' | ',' | 'end';
  readonly text: string;
  /** Where it begins, counted in characters from 0. */
  readonly position: number;
}

/** Cuts a value into words and signs; white space separates, and counts for nothing else. */
export function readOriginTokens(text: string): readonly OriginToken[] {
  const tokens: OriginToken[] = [];
  for (const match of text.matchAll(/[(),]|[^\s(),]+/g)) {
    const [piece] = match;
    const kind = piece === '(' || piece === ')' || piece === ',' ? piece : 'word';
    tokens.push({ kind, text: piece, position: match.index });
  }
  return [...tokens, { kind: 'end', text: '', position: text.length }];
}

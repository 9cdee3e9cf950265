import { GrantParser, type OriginGrant, type SkippedOrigin, SyntaxFault } from './grant-parser.js';
import { splitLexemes } from './split-lexemes.js';

/** Why a value is invalid. */
export interface OriginSyntaxError {
  readonly message: string;
  /** The place in the text, in characters from 0. */
  readonly position: number;
}

/** The content of a value. */
export interface ParsedGrants {
  readonly grants: readonly OriginGrant[];
  /** Well-formed entries whose scheme is neither `http` nor `https`. */
  readonly skipped: readonly SkippedOrigin[];
  /** Set if the text is invalid. The lists are empty then. */
  readonly error: OriginSyntaxError | undefined;
}

/**
 * Parses a value. Never throws.
 *
 * @param sensitive operations that are never granted to the origin `null`.
 * @param allowNull whether `null` may be listed.
 */
export function parseGrants(
  text: string,
  sensitive: ReadonlySet<string>,
  allowNull: boolean,
): ParsedGrants {
  try {
    const parser = new GrantParser(splitLexemes(text), sensitive, allowNull);
    const grants = parser.parseValue();
    return { grants, skipped: parser.skipped, error: undefined };
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    const { message, position } = fault;
    return { grants: [], skipped: [], error: { message, position } };
  }
}

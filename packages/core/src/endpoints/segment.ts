import { LITERAL_RESERVED } from './path.js';

/** A parameter of a path, with the literal text before and after it in its segment. */
export interface SegmentParameter {
  readonly name: string;
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * The characters of literal text. Hosts that decode a path before they match it and hosts that do not
 * agree about them: the unreserved ones are rejected when encoded, and the table compares the reserved
 * ones in both spellings.
 */
const TEXT = `[\\w.~${LITERAL_RESERVED}-]`;
/** A colon at the start of a segment begins a parameter; behind that, it is a character like any other. */
const LITERAL = new RegExp(`^(?!:|\\.\\.?$)${TEXT}+$`);
const PARAMETER = new RegExp(
  `^(?::([A-Za-z_]\\w*)|((?!:)${TEXT}*)\\{([A-Za-z_][\\w-]*)\\}(${TEXT}*))$`,
);

/** The parameter of a segment; `undefined` for a literal or `*`. */
export function parseParameter(segment: string): SegmentParameter | undefined {
  const match = PARAMETER.exec(segment);
  if (match === null) return undefined;
  const [, short, prefix = '', name = '', suffix = ''] = match;
  return { name: short ?? name, prefix, suffix };
}

/** The name of the parameter in a segment; `undefined` for a literal or `*`. */
export function getParameter(segment: string): string | undefined {
  return parseParameter(segment)?.name;
}

/** Whether a segment holds a parameter, with or without text beside it. */
export function isParameter(segment: string): boolean {
  return PARAMETER.test(segment);
}

/** Whether a segment has literal text beside its parameter, as `{id}:cancel` has. */
export function isMixed(segment: string): boolean {
  const parameter = parseParameter(segment);
  return parameter !== undefined && parameter.prefix + parameter.suffix !== '';
}

export function isLiteral(segment: string): boolean {
  return LITERAL.test(segment);
}

export const MIXED = 1;

/** The order in which segments are preferred: a literal is 0, a mixed segment 1, a parameter 2, `*` 3. */
export function rankSegment(segment: string): number {
  if (segment === '*') return 3;
  const parameter = parseParameter(segment);
  if (parameter === undefined) return 0;
  return parameter.prefix + parameter.suffix === '' ? 2 : MIXED;
}

/** Whether two mixed segments differ in nothing but case and the name of the parameter. */
export function hasSameText(one: string, other: string): boolean {
  return one === other || toText(one) === toText(other);
}

function toText(segment: string): string {
  return segment.replace(/\{.*\}/, '{}').toLowerCase();
}

/** A segment of a path as the router reads it. */
type Segment = 'literal' | 'mixed' | 'pattern' | 'parameter' | 'wildcard';

const RANKS: Readonly<Record<Segment, number>> = {
  literal: 0,
  mixed: 1,
  pattern: 2,
  parameter: 3,
  wildcard: 4,
};

/**
 * Compares paths by the order in which the router tries them: literals before text before a parameter, before
 * parameters with a pattern, before parameters, before a wildcard.
 */
export function comparePaths(one: string, other: string): number {
  const [first, second] = [one.split('/'), other.split('/')];
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    const order = rankOf(first[i]) - rankOf(second[i]);
    if (order !== 0) return order;
    const [a = '', b = ''] = [toText(first[i]), toText(second[i])];
    if (a !== b) return b.length - a.length || (a < b ? -1 : 1);
  }
  return 0;
}

function rankOf(segment: string | undefined): number {
  return RANKS[segment === undefined ? 'literal' : toKind(segment)];
}

function toKind(segment: string): Segment {
  if (segment.endsWith('*')) return 'wildcard';
  const parameter = findParameter(segment);
  if (parameter === -1) return 'literal';
  if (parameter > 0) return 'mixed';
  return /[(.-]/.test(segment) ? 'pattern' : 'parameter';
}

/** The text before the first parameter. */
function toText(segment: string | undefined): string {
  if (segment === undefined) return '';
  const parameter = findParameter(segment);
  return parameter === -1 ? segment : segment.slice(0, parameter);
}

/** The position of the first colon that is not doubled, or -1. */
export function findParameter(segment: string): number {
  for (let i = 0; i < segment.length; i++) {
    if (segment[i] !== ':') continue;
    if (segment[i + 1] !== ':') return i;
    i++;
  }
  return -1;
}

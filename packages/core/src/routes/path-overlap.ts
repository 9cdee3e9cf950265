import { getParameter } from '../endpoints/compile-endpoint.js';
import { PARAMETER, type PathTemplate, WILDCARD } from './path-template.js';

/**
 * Merges two patterns without wildcards into the path that both match: where only one has a literal, the
 * path has the literal. Returns `undefined` if no path matches both.
 */
export function mergePatterns(one: string, other: string): string | undefined {
  const segments = split(one);
  const others = split(other);
  if (segments.length !== others.length) return undefined;
  const merged: string[] = [];
  for (const [i, segment] of segments.entries()) {
    const opposite = others[i] as string;
    if (!isLiteral(opposite)) merged.push(segment);
    else if (!isLiteral(segment) || isSame(segment, opposite)) merged.push(opposite);
    else return undefined;
  }
  return `/${merged.join('/')}`;
}

/** Whether the endpoint matches every path of the template. */
export function isWithin(
  { pattern, isImplicit }: PathTemplate,
  endpoint: readonly string[],
): boolean {
  const segments = pattern.slice(1).split('/');
  const star = endpoint.at(-1) === '*' ? endpoint.length - 1 : -1;
  if (star !== -1 && !isImplicit) {
    return segments.length > star && endpoint.slice(0, star).every(isSegmentWithin, segments);
  }
  const own = trimLast(segments);
  const named = trimLast(endpoint);
  if (own.length !== named.length) return false;
  if (!isImplicit) return named.every(isSegmentWithin, own);
  return (
    own.every((segment, i) => isLiteral(segment) === isLiteralName(named[i] as string)) &&
    named.every(isSegmentWithin, own)
  );
}

function isSegmentWithin(this: readonly string[], named: string, i: number): boolean {
  const segment = this[i] as string;
  if (segment.includes(WILDCARD)) return false;
  return isLiteralName(named) ? isLiteral(segment) && isSame(segment, named) : true;
}

function isLiteralName(segment: string): boolean {
  return getParameter(segment) === undefined;
}

function isLiteral(segment: string): boolean {
  return !segment.includes(PARAMETER) && !segment.includes(WILDCARD);
}

function trimLast(segments: readonly string[]): readonly string[] {
  return segments.at(-1) === '' ? segments.slice(0, -1) : segments;
}

function split(path: string): readonly string[] {
  return trimLast(path.slice(1).split('/'));
}

/** Ignores case. The matcher of a case-sensitive host decides later. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

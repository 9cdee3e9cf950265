import { parseParameter } from '../endpoints/segment.js';
import { PARAMETER, type PathTemplate, WILDCARD } from './path-template.js';

/**
 * Merges two patterns without wildcards into patterns of the paths that both match: where only one has a
 * literal, the path has the literal, and two mixed segments are merged in every way. Returns none if no
 * path matches both.
 */
export function mergePatterns(one: string, other: string): readonly string[] {
  const segments = split(one);
  const others = split(other);
  if (segments.length !== others.length) return [];
  let merged: readonly string[] = [''];
  for (const [i, segment] of segments.entries()) {
    const both = mergeSegments(segment, others[i] as string);
    merged = merged.flatMap((path) => both.map((text) => `${path}/${text}`));
  }
  return merged;
}

/** The segments that both match: none, one, or for two mixed segments up to three. */
function mergeSegments(one: string, other: string): readonly string[] {
  if (isSame(one, other) || other === PARAMETER) return [one];
  if (one === PARAMETER) return [other];
  if (isLiteral(one)) return matchesText(other, one) ? [one] : [];
  if (isLiteral(other)) return matchesText(one, other) ? [other] : [];
  return mergeMixed(one, other);
}

/** `items:P` and `P:cancel` as `items:P:cancel` and `items:cancel`. */
function mergeMixed(one: string, other: string): readonly string[] {
  const start = longer(getPrefix(one), getPrefix(other));
  const end = longer(getSuffix(one), getSuffix(other));
  const texts = [start + PARAMETER + end, ...overlap(start, end)];
  return texts.filter((text) => matchesText(one, text) && matchesText(other, text));
}

/** The texts that begin with one and end with the other, which share their middle. */
function overlap(start: string, end: string): readonly string[] {
  const lengths = Array.from({ length: Math.min(start.length, end.length) }, (_, i) => i + 1);
  return lengths
    .filter((length) => isSame(start.slice(-length), end.slice(0, length)))
    .map((length) => start + end.slice(length));
}

function longer(one: string, other: string): string {
  return one.length > other.length ? one : other;
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
  const parameter = parseParameter(named);
  if (parameter === undefined) return isLiteral(segment) && isSame(segment, named);
  return matchesText(parameter.prefix + PARAMETER + parameter.suffix, segment);
}

/**
 * Whether a segment with a parameter may match a text, in which a parameter is one character. Of a segment
 * with several parameters, this compares only the text before the first and after the last one.
 */
function matchesText(pattern: string, text: string): boolean {
  const [prefix, suffix] = [getPrefix(pattern), getSuffix(pattern)];
  return (
    text.length > prefix.length + suffix.length &&
    isSame(text.slice(0, prefix.length), prefix) &&
    isSame(text.slice(text.length - suffix.length), suffix)
  );
}

function getPrefix(pattern: string): string {
  return pattern.slice(0, pattern.indexOf(PARAMETER));
}

function getSuffix(pattern: string): string {
  return pattern.slice(pattern.lastIndexOf(PARAMETER) + 1);
}

function isLiteralName(segment: string): boolean {
  return parseParameter(segment) === undefined;
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

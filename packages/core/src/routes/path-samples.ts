import { getParameter } from '../endpoints/endpoint.js';
import { PARAMETER, type PathTemplate, WILDCARD } from './path-template.js';

/**
 * What parameters are filled in with. No route is called that, and a parameter that takes all of them
 * has no pattern.
 */
const VALUES: readonly string[] = ['Zz~0', '70915', 'q'];

/** A path with more samples is reported instead of sampled. */
const MAX_SAMPLES = 2_000;

/** The forms of an endpoint's path. */
export function toEndpointPatterns(segments: readonly string[]): readonly string[] {
  const last = segments.length - 1;
  const pattern = segments.map((segment) => {
    if (segment === '*') return WILDCARD;
    return getParameter(segment) === undefined ? segment : PARAMETER;
  });
  // With a last slash, `/files/*` also stands for `/files/`.
  return segments[last] === '*'
    ? [toPath(pattern), toPath([...pattern.slice(0, last), ''])]
    : [toPath(pattern)];
}

/** A wildcard as one parameter, two parameters and so on, until the path has `depth` segments. */
export function expandWildcards(pattern: string, depth: number): readonly string[] {
  const at = pattern.indexOf(WILDCARD);
  if (at === -1) return [pattern];
  const room = Math.max(1, depth - countSegments(pattern) + 1);
  return Array.from({ length: room }, (_, i) => `${PARAMETER}/`.repeat(i) + PARAMETER).flatMap(
    (filled) => expandWildcards(pattern.slice(0, at) + filled + pattern.slice(at + 1), depth),
  );
}

export function countSegments(pattern: string): number {
  return pattern.split('/').length - 1;
}

/**
 * Paths of the templates, at every depth; none if there are too many.
 * @param values to fill parameters in with, besides those that every path is tried with.
 */
export function samplePaths(
  templates: readonly PathTemplate[],
  depth: number,
  values: readonly string[] = [],
): readonly string[] {
  const samples = new Set<string>();
  for (const { pattern } of templates) {
    for (const expanded of expandWildcards(pattern, depth)) {
      for (const value of [...VALUES, ...values]) samples.add(fill(expanded, value));
      if (samples.size > MAX_SAMPLES) return [];
    }
  }
  return [...samples];
}

export function fill(pattern: string, value = VALUES[0] as string): string {
  return pattern.replaceAll(PARAMETER, value);
}

function toPath(segments: readonly string[]): string {
  return `/${segments.join('/')}`;
}

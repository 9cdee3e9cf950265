import { parseParameter } from '../endpoints/segment.js';
import { PARAMETER, type PathTemplate, WILDCARD } from './path-template.js';

/**
 * Values of parameters. No literal segment of a route has one of these values, and a parameter that
 * accepts all of them has no pattern.
 */
const VALUES: readonly string[] = ['Zz~0', '70915', 'q'];

/** A path with more samples is reported as one that cannot be checked. */
const MAX_SAMPLES = 2_000;

/** Converts the segments of an endpoint to patterns. */
export function toEndpointPatterns(segments: readonly string[]): readonly string[] {
  const last = segments.length - 1;
  const pattern = segments.map((segment) => {
    if (segment === '*') return WILDCARD;
    const parameter = parseParameter(segment);
    return parameter === undefined ? segment : parameter.prefix + PARAMETER + parameter.suffix;
  });
  // `/files/*` also matches `/files/`.
  return segments[last] === '*'
    ? [toPath(pattern), toPath([...pattern.slice(0, last), ''])]
    : [toPath(pattern)];
}

/** Replaces each wildcard by one parameter, by two, and so on, until the path has `depth` segments. */
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
 * Builds sample paths of the templates, at every depth. Returns none if there are too many.
 * @param values more values of parameters, in addition to the default ones.
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

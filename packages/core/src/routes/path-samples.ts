import { readParameter } from '../endpoints/endpoint.js';

/** What stands for a parameter or for everything below; paths hold no control characters. */
const PARAMETER = '\u0001';
const WILDCARD = '\u0002';

/**
 * What parameters are filled in with. No route is called that, and a parameter that takes all of them
 * has no pattern of its own worth the name.
 */
const VALUES = ['Zz~0', '70915', 'q'];
/** Deeper each time, because `*` stands for any number of segments. */
const BELOW = ['Ww~0', 'Ww~0/70915/q', 'q/70915'];

/** More optional parts and values than that are a route's own puzzle. */
const MOST_OPTIONAL = 5;
const MOST_SAMPLES = 200;

/**
 * Paths that a route takes, made from its own path as path-to-regexp 8 spells it: `:name`, `*name`,
 * `{optional}`, a backslash before what is meant literally. Whether the route really takes them, only
 * the host's own matcher can say.
 * @param more values to try parameters with, where a host has parameters with a pattern.
 * @returns nothing for a regular expression, and for a path with too many optional parts.
 */
export function samplePath(path: string | RegExp, more: readonly string[] = []): readonly string[] {
  if (typeof path !== 'string') return [];
  const escaped = path.replace(/\\(.)/g, (_, c: string) => hide(c));
  if (escaped.split('{').length - 1 > MOST_OPTIONAL) return [];
  const samples = new Set(
    expandOptional(escaped)
      .map((template) => template.replace(NAMED, (p) => (p[0] === ':' ? PARAMETER : WILDCARD)))
      .map((template) => template.replace(/[\ue000-\uf8ff]/g, show))
      .flatMap((template) => fill(template, [...VALUES, ...more])),
  );
  return samples.size > MOST_SAMPLES ? [] : [...samples];
}

function fill(template: string, values: readonly string[]): readonly string[] {
  return values.map((value, i) =>
    template.replaceAll(PARAMETER, value).replaceAll(WILDCARD, BELOW[i % BELOW.length] as string),
  );
}

const NAMED = /[:*](?:"[^"]*"|[\p{ID_Start}$_][\p{ID_Continue}$]*)/gu;

/** Both readings of each optional part, innermost first. */
function expandOptional(template: string): readonly string[] {
  const group = /\{([^{}]*)\}/.exec(template);
  if (group === null) return [template];
  const before = template.slice(0, group.index);
  const after = template.slice(group.index + group[0].length);
  return [`${before}${group[1]}${after}`, before + after].flatMap(expandOptional);
}

const PRIVATE_USE = 0xe000;

function hide(c: string): string {
  return String.fromCharCode(PRIVATE_USE + c.charCodeAt(0));
}

function show(c: string): string {
  return String.fromCharCode(c.charCodeAt(0) - PRIVATE_USE);
}

/**
 * Paths that are in the sample's route and in an endpoint as well, if there may be any: where only one
 * of them has a literal, the literal; for `*` also nothing, about which hosts disagree. Whether the route
 * really takes them is for the host to say.
 */
export function mergeSample(sample: string, segments: readonly string[]): readonly string[] {
  const own = split(sample);
  const merged: string[] = [];
  for (const [i, segment] of segments.entries()) {
    if (segment === '*') {
      return [toPath([...merged, ...(own[i] ? own.slice(i) : ['q'])]), toPath([...merged, ''])];
    }
    // Past its end the sample may go on with anything, if its route ends in a wildcard.
    const mine = own[i] ?? (isFilled(own.at(-1)) ? 'q' : undefined);
    if (mine === undefined) return [];
    const isLiteral = readParameter(segment) === undefined;
    if (isLiteral && !isFilled(mine) && !isSame(mine, segment)) return [];
    merged.push(isLiteral ? segment : mine);
  }
  return [toPath(merged)];
}

/** Whether the sample is what is left of another one without anything in place of its wildcard. */
export function isBare(sample: string, samples: readonly string[]): boolean {
  return BELOW.some((below) => samples.includes(`${sample}/${below}`));
}

/** Whether an endpoint has a literal for each literal of the sample, and parameters for the others. */
export function isSpelledAlike(sample: string, segments: readonly string[]): boolean {
  const own = split(sample);
  return (
    own.length === segments.length &&
    own.every((mine, i) =>
      readParameter(segments[i] as string) === undefined
        ? isSame(mine, segments[i] as string)
        : isFilled(mine),
    )
  );
}

function split(path: string): readonly string[] {
  return path === '/' ? [] : path.slice(1).split('/');
}

/** Hosts that tell case apart will say so themselves. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function toPath(segments: readonly string[]): string {
  return `/${segments.join('/')}`;
}

/** Whether a segment of a sample is, or holds, what a parameter was filled in with. */
function isFilled(segment: string | undefined): boolean {
  return [...VALUES, ...BELOW].some((value) => segment?.includes(value));
}

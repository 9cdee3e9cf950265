import type { Reached } from './application.js';
import type { Random } from './random.js';

/** An application with one route, whose rule binds the group that the request names. */
export interface BodyApplication {
  readonly style: 'by-map' | 'by-route';
  /** Where the rule says that the group is named. The route has a parameter `g`. */
  readonly places: readonly Source[];
  /** Choose among the host's parsers: before the guard, and at the route. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Where the handler takes the group from; one of the places. */
  readonly source: Source;
  /** Chooses among the ways of a handler to do it. */
  readonly reading: number;
  /** Which of several values a handler acts on. */
  readonly choice: 'first' | 'last';
  readonly extendedQuery: boolean;
}

export type Source = 'path' | 'query' | 'header' | 'body';

export function generateBodyApplication(random: Random): BodyApplication {
  const others = random.shuffle<Source>(['path', 'query', 'header']).slice(0, random.below(3));
  const places: Source[] = random.chance(0.85) ? ['body', ...others] : others;
  if (places.length === 0) places.push('query');
  return {
    style: random.chance(0.6) ? 'by-map' : 'by-route',
    places,
    before: random.picks(random.pick([0, 1, 1, 1, 2, 2]), () => random.below(1_000)),
    after: random.picks(random.pick([0, 0, 0, 1, 1]), () => random.below(1_000)),
    source: places[0] as Source,
    reading: random.below(1_000),
    choice: random.chance(0.5) ? 'first' : 'last',
    extendedQuery: random.chance(0.5),
  };
}

/** The rule that the author wrote. */
export function toGroupRule({ places }: BodyApplication) {
  return {
    ...(places.includes('path') && { path: 'g' }),
    ...(places.includes('query') && { query: 'group' }),
    ...(places.includes('header') && { header: 'X-Group' }),
    ...(places.includes('body') && { body: readGroup }),
  };
}

function findGroup(body: unknown): unknown {
  return typeof body === 'object' && body !== null
    ? toOne((body as { readonly group?: unknown }).group)
    : undefined;
}

/** One value as itself, several as a list. */
export function toOne(values: unknown): unknown {
  return Array.isArray(values) && values.length < 2 ? values[0] : values;
}

/** What a handler acts on when its reader found that. */
export function toReached(value: unknown, { choice }: BodyApplication): Reached {
  const one = Array.isArray(value) ? (choice === 'first' ? value[0] : value.at(-1)) : value;
  const isGroup = (typeof one === 'string' && one !== '') || typeof one === 'number';
  return { id: 'POST /t/:g', group: isGroup ? String(one) : undefined };
}

/**
 * The group in a body, however a parser left it: as an object, text, bytes or a form. The author uses one
 * function in the rule and in the handler.
 */
export function readGroup(body: unknown): unknown {
  if (Buffer.isBuffer(body)) return readGroup(body.toString());
  if (typeof body === 'string') return readText(body);
  if (body instanceof FormData || body instanceof URLSearchParams)
    return toOne(body.getAll('group'));
  return findGroup(body);
}

function readText(text: string): unknown {
  try {
    return findGroup(JSON.parse(text));
  } catch {
    return toOne(new URLSearchParams(text).getAll('group'));
  }
}

/** The group in a text of the given media type, for a handler that parses it itself. */
export function readTyped(text: string, mediaType: string | undefined): unknown {
  if (mediaType?.includes('json')) return findGroup(JSON.parse(text));
  if (!mediaType?.includes('urlencoded')) return undefined;
  // `URLSearchParams` is made for a URL's query, and would skip a first question mark.
  return toOne(new URLSearchParams(`&${text}`).getAll('group'));
}

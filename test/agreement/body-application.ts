import type { EndpointMap } from '@mandate/core';
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import type { Reached } from './application.js';
import { USER_DOMAIN } from './policy.js';
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

/** `'act-as'`: instead of a group, the request names a user, whom a token with that group may act as. */
export type Source = 'path' | 'query' | 'header' | 'body' | 'act-as';

export function generateBodyApplication(random: Random): BodyApplication {
  const others = random.shuffle<Source>(['path', 'query', 'header']).slice(0, random.below(3));
  const places: Source[] = random.chance(0.85) ? ['body', ...others] : others;
  if (places.length === 0) places.push('query');
  if (random.chance(0.1)) places.splice(0, places.length, 'act-as');
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

/** The endpoint map that the author wrote. */
export function toBodyEndpoints(app: BodyApplication): EndpointMap {
  if (app.style === 'by-route') return {};
  const group = app.source === 'act-as' ? {} : { group: toGroupRule(app) };
  return { 'POST /t/:g': { scopes: [], ...group } };
}

/** The rule about groups that the author wrote. */
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

function findFirst(root: Node | undefined): Node | undefined {
  return root?.type === 'object' ? findNodeAtLocation(root, ['group']) : undefined;
}

function readText(text: string): unknown {
  try {
    return findGroup(JSON.parse(text));
  } catch {
    return toOne(new URLSearchParams(text).getAll('group'));
  }
}

/** The group of the user whom one of the values of the act-as headers names. */
export function readActAs(values: readonly (string | undefined)[]): unknown {
  const email = values.find((value) => value !== undefined && value !== '');
  return email?.endsWith(USER_DOMAIN) ? email.slice(0, -USER_DOMAIN.length) : undefined;
}

export const ACT_AS_HEADERS = ['X-Glean-ActAs', 'X-Scio-ActAs'] as const;

/**
 * The group in a text of the given media type, for a handler that parses it itself. Where a JSON object
 * repeats a member, `JSON.parse` takes the last one, and the parser of editors takes the first one.
 */
export function readTyped(
  text: string,
  mediaType: string | undefined,
  choice: BodyApplication['choice'],
): unknown {
  if (mediaType?.includes('json')) {
    if (choice === 'last') return findGroup(JSON.parse(text));
    return toOne((findFirst(parseTree(text)) as { readonly value?: unknown } | undefined)?.value);
  }
  if (!mediaType?.includes('urlencoded')) return undefined;
  // `URLSearchParams` is made for a URL's query, and would skip a first question mark.
  return toOne(new URLSearchParams(`&${text}`).getAll('group'));
}

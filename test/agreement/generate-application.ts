import type { Application, Before, Entry, Folder, Item, Nest, Place } from './application.js';
import { PUBLIC } from './application.js';
import { isParameter, rankPart, toName } from './path-part.js';
import { SCOPES } from './policy.js';
import type { Random } from './random.js';

const WORDS = ['a', 'b', 'admin', 'secret', 'docs', 'x', 'api'];
const ODD_WORDS = [
  'a:b',
  'x:y:z',
  'A',
  'Docs',
  'a@b',
  'a+b',
  'x.y',
  'a,b',
  '~q',
  'x;v=1',
  '$z',
  'a&b',
  '-',
  '7',
];

/** Text beside a parameter. */
const MIXED = [
  '{}:go',
  '{}:go',
  '{}:stop',
  'a:{}',
  'thumbnail.{}',
  '{}.txt',
  '{}.x',
  'v{}',
  '{}@x',
  '{}-a',
];

/** How an author writes paths. What `checkRoutes` rejects is outside the promise, so most write none of it. */
interface Habits {
  /** How often a word has characters with two spellings. */
  readonly oddWords: number;
  readonly wildcards: number;
  /** Whether a path may have both a parameter and a wildcard. */
  readonly mixesWildcards: boolean;
  readonly sorts: number;
  /** The most places of an application or a nested one. */
  readonly places: number;
}

const USUAL: Habits = {
  oddWords: 0.25,
  wildcards: 0.25,
  mixesWildcards: true,
  sorts: 0.8,
  places: 5,
};

/** A wildcard of Hono also answers the path above it, and its linear router takes no mixed paths. */
function toHonoHabits(variant: number, style: Application['style']): Habits {
  return {
    oddWords: style === 'by-map' ? 0.25 : 0.05,
    wildcards: 0.1,
    mixesWildcards: ![3, 5, 6].includes(variant % 8),
    sorts: 0.95,
    places: 3,
  };
}

/** Hands out a scope of its own to each entry. */
class Author {
  readonly #random: Random;
  #used = 0;
  readonly #patterns = new Set<string>();

  readonly #mayBePublic: boolean;
  /** Few, so that paths of one application often share a beginning. */
  readonly #words: readonly string[];

  readonly habits: Habits;

  constructor(random: Random, mayBePublic: boolean, habits: Habits) {
    this.#random = random;
    this.#mayBePublic = mayBePublic;
    this.habits = habits;
    this.#words = random.picks(2 + random.below(3), () =>
      random.pick(random.chance(habits.oddWords) ? ODD_WORDS : WORDS),
    );
  }

  scope(): string {
    return this.#mayBePublic && this.#random.chance(0.1) ? PUBLIC : this.ownScope();
  }

  ownScope(): string {
    return SCOPES[this.#used++ % SCOPES.length] as string;
  }

  word(): string {
    return this.#random.pick(this.#words);
  }

  /** Whether no other entry has the path, which then belongs to the caller. */
  claim(path: readonly string[]): boolean {
    const pattern = path.map((segment) => toShape(segment).toLowerCase()).join('/');
    const key = pattern.replace(/\/$/, '');
    if (this.#patterns.has(key)) return false;
    this.#patterns.add(key);
    return true;
  }

  /** A parameter, which now and then has text beside it. */
  parameter(name: string): string {
    if (!this.#random.chance(0.4)) return `:${name}`;
    return this.#random.pick(MIXED).replace('{}', `{${name}}`);
  }

  /** A path below the prefix that no other entry has. */
  path(prefix: readonly string[]): readonly string[] | undefined {
    const random = this.#random;
    const path = [...prefix];
    const depth = random.pick([0, 1, 1, 1, 2, 2, 3]);
    for (let i = 0; i < depth; i++) {
      path.push(random.chance(0.35) ? this.parameter(`p${path.length}`) : this.word());
    }
    const hasParameter = path.some(isParameter);
    const { wildcards, mixesWildcards } = this.habits;
    if (random.chance(wildcards) && (mixesWildcards || !hasParameter)) path.push('*');
    else if (path.length > 0 && random.chance(0.08)) path.push('');
    return this.claim(path) ? path : undefined;
  }
}

export type HostName = 'Express' | 'Koa' | 'Hono' | 'Fastify' | 'Nest' | 'Fetch';

export function generateApplication(random: Random, host: HostName): Application {
  if (host === 'Fetch') return generateHandler(random);
  return host === 'Nest' ? generateControllers(random) : generateRoutes(random, host);
}

/** Controllers, some with a prefix, in the order in which Nest registers them. A rule belongs to its method. */
function generateControllers(random: Random): Application {
  const author = new Author(random, false, USUAL);
  const routing = { caseSensitive: random.chance(0.4), strict: random.chance(0.4) };
  const items: Item[] = generatePlaces(random, author, []);
  if (random.chance(0.6)) items.push(generateNest(random, author, routing));
  const ordered = random.chance(USUAL.sorts) ? items.sort(compareItems) : random.shuffle(items);
  return {
    style: 'by-route',
    ...routing,
    saysRouting: false,
    variant: random.below(1_000),
    base: random.chance(0.3) ? ['api'] : [],
    rulesCaseSensitive: true,
    before: generateBefore(random),
    allowEncodedSlash: random.chance(0.3),
    items: ordered,
  };
}

/** A handler without a router. No `checkRoutes` looks at it, so its author sorts places as the map does. */
function generateHandler(random: Random): Application {
  const author = new Author(random, true, { ...USUAL, sorts: 1 });
  const places = generatePlaces(random, author, []).map((place) => ({
    ...place,
    pattern: undefined,
    isRegExp: false,
  }));
  return {
    style: 'by-map',
    caseSensitive: true,
    strict: random.chance(0.4),
    saysRouting: true,
    variant: random.below(1_000),
    base: random.chance(0.3) ? ['api'] : [],
    rulesCaseSensitive: true,
    before: generateBefore(random),
    items: random.chance(0.5) ? [...places, ...generateFolder(random, author)] : places,
  };
}

function generateRoutes(random: Random, host: HostName): Application {
  const style = random.chance(0.65) ? 'by-map' : 'by-route';
  const caseSensitive = host === 'Hono' || random.chance(0.4);
  const variant = random.below(1_000);
  const habits = host === 'Hono' ? toHonoHabits(variant, style) : USUAL;
  const author = new Author(random, style === 'by-map', habits);
  const strict = random.chance(0.4);
  const items: Item[] = generatePlaces(random, author, []);
  const routing = { caseSensitive, strict };
  if (random.chance(0.5)) items.push(generateNest(random, author, routing));
  if (random.chance(0.2)) items.push(generateNest(random, author, routing));
  if (random.chance(0.5)) items.push(...generateFolder(random, author));
  const ordered = random.chance(habits.sorts) ? items.sort(compareItems) : random.shuffle(items);
  // In Fastify a rule belongs to routes or to a context, not to a path.
  const hasNoMounts = style === 'by-map' || host === 'Fastify';
  const written = hasNoMounts ? ordered : addRules(random, author, ordered);
  const isByRoute = style === 'by-route';
  return {
    style,
    caseSensitive,
    strict,
    saysRouting: random.chance(0.5),
    variant,
    base: random.chance(0.3) ? ['api'] : [],
    rulesCaseSensitive: caseSensitive || (host === 'Koa' && usesMounts(variant)),
    before: generateBefore(random),
    // Hono and Fastify route by the request that the guard saw.
    behind:
      isByRoute && host !== 'Hono' && host !== 'Fastify' && random.chance(0.3)
        ? pickBefore(random)
        : undefined,
    allowEncodedSlash: isByRoute && random.chance(0.3) && maySpareSlashes(written),
    items: written,
  };
}

/** Whether nothing but routes reads a path, so that an encoded slash bypasses no rule at a mount. */
function maySpareSlashes(items: readonly Item[]): boolean {
  return items.every(({ kind }) => kind === 'place' || kind === 'nest');
}

/** Whether an application of Koa registers rules and folders by koa-mount. */
export function usesMounts(variant: number): boolean {
  return variant % 2 === 0;
}

/** Whether an application of Hono has the linear or the pattern router, `hono/quick` or `hono/tiny`. */
export function ignoresLastSlash(variant: number): boolean {
  return [3, 4, 5, 6, 7].includes(variant % 8);
}

function generatePlaces(random: Random, author: Author, prefix: readonly string[]): Place[] {
  return random
    .picks(1 + random.below(author.habits.places), () => author.path(prefix))
    .flatMap((path) => (path === undefined ? [] : [generatePlace(random, author, path)]))
    .sort(comparePaths);
}

function generatePlace(random: Random, author: Author, path: readonly string[]): Place {
  const scope = author.scope();
  const parameters = path.filter(isParameter);
  const isBound = scope !== PUBLIC && parameters.length > 0 && random.chance(0.2);
  return {
    kind: 'place',
    id: `H${toId(path)}`,
    method: random.pick(['GET', 'GET', 'GET', 'POST', 'QUERY', 'ALL']),
    path,
    scope,
    group: isBound ? toName(random.pick(parameters)) : undefined,
    allowEncodedSlash: scope !== PUBLIC && random.chance(0.15) ? true : undefined,
    pattern: random.chance(0.02) ? '[0-9]+' : undefined,
    isRegExp: random.chance(0.02),
  };
}

function toId(path: readonly string[]): string {
  return `/${path.join('/')}`;
}

function generateNest(
  random: Random,
  author: Author,
  routing: { readonly caseSensitive: boolean; readonly strict: boolean },
): Nest {
  const prefix = random.chance(0.2) ? [author.word(), ':n'] : [author.word()];
  const differs = random.chance(0.12);
  return {
    kind: 'nest',
    path: prefix,
    how: random.below(1_000),
    caseSensitive: routing.caseSensitive !== differs,
    strict: routing.strict,
    items: generatePlaces(random, author, prefix),
  };
}

/** Files with an entry of their own. */
const SINGLE_FILES = ['a.txt', 'x/a.txt', 'a@b/a.txt', 'secret/a.txt', 'docs/index.html'];

function generateFolder(random: Random, author: Author): readonly Folder[] {
  const path = [random.pick(['files', 'files', 'a', 'a@b'])];
  const below = [['secret'], ['a@b'], ['admin'], ['x', 'secret'], ['x'], ['secret', 'deep']];
  const entries: Entry[] = random
    .shuffle(below)
    .slice(0, 1 + random.below(3))
    .map((folder) => ({
      method: 'GET',
      path: [...path, ...folder, '*'],
      scope: author.ownScope(),
    }));
  if (random.chance(0.4)) {
    const file = random.pick(SINGLE_FILES).split('/');
    entries.unshift({ method: 'GET', path: [...path, ...file], scope: author.ownScope() });
  }
  entries.push({
    method: 'GET',
    path: [...path, '*'],
    scope: author.scope(),
    allowEncodedSlash: undefined,
  });
  const last = entries.length - 1;
  const wide = entries[last] as Entry;
  if (wide.scope !== PUBLIC && random.chance(0.3)) {
    entries[last] = { ...wide, allowEncodedSlash: true };
  }
  // The map has no room for two rules of one path.
  if (!entries.every((entry) => author.claim(entry.path))) return [];
  return [{ kind: 'folder', path, reader: random.below(1_000), entries, scope: author.ownScope() }];
}

function generateBefore(random: Random): readonly Before[] {
  if (random.chance(0.75)) return [];
  return [pickBefore(random)];
}

function pickBefore(random: Random): Before {
  return random.pick(['method-override', 'history-fallback', 'rewrite', 'decode'] as const);
}

/** By route: rules at mounts before some of the items. */
/** Files with a rule of their own. */
const SINGLE_RULES = [
  ['secret', 'a.txt'],
  ['docs', 'index.html'],
];

function addRules(random: Random, author: Author, items: readonly Item[]): readonly Item[] {
  return items.flatMap((item): readonly Item[] => {
    if (item.kind === 'folder') {
      const rules = random
        .shuffle([['secret'], ['a@b'], ['admin'], ['x', 'secret'], ...SINGLE_RULES])
        .slice(0, 1 + random.below(2))
        .map((below) => ({
          kind: 'rule' as const,
          path: [...item.path, ...below],
          scope: author.ownScope(),
        }));
      return [...rules, item];
    }
    const literal = item.path.findIndex((segment) => /[*{]|^:|^$/.test(segment));
    const path = literal === -1 ? item.path : item.path.slice(0, literal);
    if (item.kind === 'nest' && item.path.at(-1) === ':n' && random.chance(0.6)) {
      return addGroupRule(random, item);
    }
    if (path.length === 0 || random.chance(0.75)) return [item];
    return [{ kind: 'rule', path, scope: author.ownScope() }, item];
  });
}

/** A rule at the mount, whose parameter a handler below may know by the same name. */
function addGroupRule(random: Random, nest: Nest): readonly Item[] {
  const items = nest.items.map((place): Place => {
    const parameters = place.path.slice(nest.path.length).filter(isParameter);
    const group = parameters.length > 0 ? toName(random.pick(parameters)) : 'n';
    return { ...place, group, hasRuleAtMount: true };
  });
  const group = random.pick(items).group as string;
  const path = [...nest.path.slice(0, -1), `:${group}`];
  const own = items.map((place) =>
    place.group === group ? place : { ...place, group: undefined },
  );
  return [
    { kind: 'group-rule', path, group },
    { ...nest, items: own },
  ];
}

function compareItems(one: Item, other: Item): number {
  return comparePaths(one, other);
}

type HasPath = { readonly path: readonly string[] };

/** Literals before parameters before `*`, as a map prefers them. */
function comparePaths(one: HasPath, other: HasPath): number {
  const [first, second] = [rankOf(one), rankOf(other)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function rankOf({ path }: HasPath): string {
  return path.map((s) => `${rankPart(s)}${rankPart(s) < 2 ? `${s.toLowerCase()}/` : ''}`).join('');
}

/** A segment without the name of its parameter. */
function toShape(segment: string): string {
  return segment.replace(/^:.*|\{.*\}/, ':');
}

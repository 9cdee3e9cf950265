import {
  type Application,
  type Entry,
  type Folder,
  listEntries,
  listPlaces,
  PUBLIC,
  type Reached,
} from './application.js';
import { type PathParameter, parseParameter, rankPart } from './path-part.js';

/**
 * The scopes without which what ran must not run, by what the application's author wrote. It knows
 * nothing of how the guard or a router reads a request: it starts from what ran.
 */
export function findNeeds(app: Application, reached: Reached): readonly string[] {
  const place = listPlaces(app).find(({ id }) => id === reached.id);
  if (place === undefined) return findFileNeeds(app, reached.seen ?? []);
  const seen = reached.seen;
  const byPath =
    seen === undefined
      ? []
      : app.style === 'by-map'
        ? [findEntry(app, reached.method ?? place.method, seen)?.scope]
        : findRules(app, seen, place.id);
  return clean([place.scope, ...byPath]);
}

/** Those of a file: a file belongs to the entry for its own path, whatever the request said. */
function findFileNeeds(app: Application, path: readonly string[]): readonly string[] {
  const folder = app.items.find(
    (item): item is Folder =>
      item.kind === 'folder' && item.path.every((segment, i) => segment === path[i]),
  );
  if (app.style === 'by-route') {
    return clean([folder?.scope, ...findRules(app, path, folder)]);
  }
  const entry = findEntry(app, 'GET', path);
  return entry === undefined ? ['an entry of the map'] : clean([entry.scope]);
}

function clean(scopes: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(scopes)].filter((one) => one !== undefined && one !== PUBLIC) as string[];
}

/** The rules at mounts that were registered before it. */
function findRules(
  app: Application,
  path: readonly string[],
  until: string | object | undefined,
): readonly string[] {
  const end = app.items.findIndex(
    (item) =>
      item === until ||
      (item.kind === 'place' && item.id === until) ||
      (item.kind === 'nest' && item.items.some(({ id }) => id === until)),
  );
  return app.items
    .slice(0, end)
    .flatMap((item) =>
      item.kind === 'rule' &&
      item.path.every((segment, i) =>
        isSame({ caseSensitive: app.rulesCaseSensitive }, segment, path[i]),
      )
        ? [item.scope]
        : [],
    );
}

/** The entry for a path: a literal beats a parameter with text beside it, which beats a parameter, which beats `*`. */
export function findEntry(
  app: Application,
  method: string,
  path: readonly string[],
): Entry | undefined {
  const verb = method === 'HEAD' ? 'GET' : method;
  const own = !app.strict && path.length > 1 && path.at(-1) === '' ? path.slice(0, -1) : path;
  let best: Entry | undefined;
  let bestRank = '';
  for (const entry of listEntries(app)) {
    if (entry.method !== 'ALL' && entry.method !== verb) continue;
    const rank = rankOf(app, entry.path, own);
    if (rank === undefined || (best !== undefined && rank >= bestRank)) continue;
    best = entry;
    bestRank = rank;
  }
  return best;
}

/** The rank of each segment (`rankPart`); `undefined` if it does not match. */
function rankOf(
  app: Application,
  pattern: readonly string[],
  path: readonly string[],
): string | undefined {
  const own =
    !app.strict && pattern.length > 1 && pattern.at(-1) === '' ? pattern.slice(0, -1) : pattern;
  let rank = '';
  for (const [i, segment] of own.entries()) {
    const given = path[i];
    if (given === undefined) return undefined;
    if (segment === '*') return `${rank}3`;
    const parameter = parseParameter(segment);
    if (!(parameter === undefined ? isSame(app, segment, given) : fits(app, parameter, given))) {
      return undefined;
    }
    rank += rankPart(segment);
  }
  return own.length === path.length ? rank : undefined;
}

/** Whether a segment is the text of a parameter with a value. */
function fits(
  app: Pick<Application, 'caseSensitive'>,
  { prefix, suffix }: PathParameter,
  given: string,
): boolean {
  const end = given.length - suffix.length;
  return (
    end > prefix.length &&
    isSame(app, prefix, given.slice(0, prefix.length)) &&
    isSame(app, suffix, given.slice(end))
  );
}

function isSame(
  { caseSensitive }: Pick<Application, 'caseSensitive'>,
  one: string,
  other: string | undefined,
): boolean {
  return caseSensitive ? one === other : one.toLowerCase() === other?.toLowerCase();
}

import { combineEndpoints } from './combine-endpoints.js';
import type { Endpoint } from './endpoint.js';
import type { MixedMatch } from './mixed-paths.js';
import { hasSameText, MIXED } from './segment.js';

/**
 * Chooses among the endpoints of one path, segment by segment: a literal beats a mixed segment, and a mixed
 * segment beats a parameter. Two mixed segments have no order, because hosts try them as they were
 * registered, so the rules of both must allow the request. If the best endpoint matches a value that routers
 * read differently, the request may reach any of the endpoints, and the rules of all must allow it.
 * @param mixed the matches with a mixed segment.
 * @param plain the best match without one.
 */
export function preferMatches(
  mixed: readonly MixedMatch[],
  plain: Endpoint | undefined,
): Endpoint | undefined {
  const [first] = mixed;
  if (plain === undefined && mixed.length === 1)
    return first?.isEmpty ? undefined : first?.endpoint;
  const all: readonly MixedMatch[] =
    plain === undefined ? mixed : [...mixed, { endpoint: plain, isClear: true, isEmpty: false }];
  const named = all.filter(({ isEmpty }) => !isEmpty);
  // Hosts that match an empty value answer what no entry was written for.
  if (named.length === 0) return undefined;
  const best = all.filter((one) => !all.some((other) => isPreferred(other.endpoint, one.endpoint)));
  const isCertain = best.every(({ isClear, isEmpty }) => isClear && !isEmpty);
  return combineAll(sortMatches(isCertain ? best : all));
}

/** The preferred endpoints first, and last those that match an empty value. */
function sortMatches(matches: readonly MixedMatch[]): readonly Endpoint[] {
  const sorted = [...matches].sort((one, other) => {
    if (one.isEmpty !== other.isEmpty) return one.isEmpty ? 1 : -1;
    const order = compareEndpoints(one.endpoint, other.endpoint);
    return order === 0 ? (one.endpoint.name < other.endpoint.name ? -1 : 1) : order;
  });
  return sorted.map(({ endpoint }) => endpoint);
}

function combineAll(endpoints: readonly Endpoint[]): Endpoint | undefined {
  const [first, ...others] = endpoints;
  return first && others.reduce(combineEndpoints, first);
}

function isPreferred(one: Endpoint, other: Endpoint): boolean {
  return compareEndpoints(one, other) < 0;
}

/** Negative if `one` is preferred, 0 if both are equally specific. Both match the same path. */
function compareEndpoints(one: Endpoint, other: Endpoint): number {
  for (const [i, rank] of one.ranks.entries()) {
    const order = rank - (other.ranks[i] ?? 0);
    if (order !== 0) return order;
    if (rank === MIXED && !hasSameText(one.segments[i] as string, other.segments[i] as string))
      return 0;
  }
  return 0;
}

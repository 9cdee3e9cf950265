import { AuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';

/**
 * Returns the value of a query parameter, if every common parser finds the same value.
 *
 * A handler may parse the query again, with a parser other than the host's: `URLSearchParams` reads only
 * `a`, qs also `a[0]` and `[a]`, others `a.b`, and parsers with a limit of 1000 parameters ignore the rest.
 * So the host's value is compared with what `URLSearchParams` finds, and no second spelling of the
 * parameter may be present.
 *
 * @returns `undefined` if the query does not have the parameter.
 * @throws what `createError` returns, by default AuthError `group_conflict`, if the parsers disagree.
 */
export function getQueryParameter(
  request: AuthRequest,
  name: string,
  createError: () => AuthError = createConflict,
): unknown {
  const value = request.query?.(name);
  const query = request.rawQuery?.();
  if (query === undefined) return value;
  const found = isPlain(query, name) ? findPlain(query, name) : findDecoded(query, name);
  if (found !== AMBIGUOUS && found === value) return value;
  throw createError();
}

function createConflict(): AuthError {
  return new AuthError('group_conflict', 'the query names its group in more than one way');
}

/** A parameter that is repeated, or has a second spelling. */
const AMBIGUOUS = Symbol('ambiguous');

const PERCENT = 0x25;
const PLUS = 0x2b;

/** Whether the query needs no decoding and holds the name at most once, so that one search finds all. */
function isPlain(query: string, name: string): boolean {
  for (let i = 0; i < query.length; i++) {
    const c = query.charCodeAt(i);
    if (c === PERCENT || c === PLUS || c <= 0x20 || c >= 0x7f) return false;
  }
  const first = query.indexOf(name);
  return first === -1 || query.indexOf(name, first + 1) === -1;
}

/** The value in a plain query. If the name is only a part of another name, the decoder decides. */
function findPlain(query: string, name: string): string | symbol | undefined {
  const start = query.indexOf(name);
  if (start === -1) return undefined;
  const end = start + name.length;
  const isWhole = (start === 0 || query[start - 1] === '&') && query[end] === '=';
  if (!isWhole) return findDecoded(query, name);
  const next = query.indexOf('&', end);
  return query.slice(end + 1, next === -1 ? undefined : next);
}

function findDecoded(query: string, name: string): string | symbol | undefined {
  const isAmbiguous = hasControlCharacter(query);
  let found: string | undefined;
  // URLSearchParams ignores a leading question mark, and other parsers do not.
  for (const [key, value] of new URLSearchParams(`&${query}`)) {
    if (isAmbiguous || isVariant(key, name) || (key === name && found !== undefined)) {
      return AMBIGUOUS;
    }
    if (key === name) found = value;
  }
  return found;
}

/** The URL parser removes tabs and line ends from a query, and other parsers do not. */
function hasControlCharacter(query: string): boolean {
  for (let i = 0; i < query.length; i++) if (query.charCodeAt(i) < 0x20) return true;
  return false;
}

/** Whether a parser that nests parameters takes the key for the parameter, or for a part of it. */
function isVariant(key: string, name: string): boolean {
  if (key.startsWith(`[${name}]`)) return true;
  const isLonger = key.length > name.length && key.startsWith(name);
  return isLonger && (key[name.length] === '[' || key[name.length] === '.');
}

import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions } from '@mandate/internal/check-options';
import { trimWhiteSpace } from '@mandate/internal/trim-white-space';
import { AuthError } from '../auth-error.js';
import type { AuthRequest } from '../auth-request.js';
import { findBearerToken } from '../find-credentials.js';
import { isHeaderName } from '../header-name.js';
import { getQueryParameter } from '../query-parameter.js';
import { getCookie, isCookieName } from './get-cookie.js';
import type { CookiePlace, HeaderPlace, QueryPlace, TokenPlace } from './token-place.js';

/** A compiled {@link TokenPlace}. */
export interface Place {
  /** Names the place in the reason of a refusal. */
  readonly name: string;
  readonly isCookie: boolean;
  /** Returns the token, an empty value or `undefined`, or a promise of one. */
  read(request: AuthRequest): unknown;
}

/** @throws TypeError if the place is unknown or invalid. */
export function compilePlace(place: TokenPlace): Place {
  if (typeof place === 'function') {
    return {
      name: 'the reader',
      isCookie: false,
      read: (request) => place(request, request.host?.()),
    };
  }
  if (typeof place !== 'object' || place === null) throw invalidPlace();
  if ('header' in place) return compileHeader(place);
  if ('cookie' in place) return compileCookie(place);
  if ('query' in place) return compileQuery(place);
  throw invalidPlace();
}

function invalidPlace(): TypeError {
  return new TypeError(
    'createTokenFinder: a place must be { header }, { cookie }, { query } or a function',
  );
}

function compileHeader(place: HeaderPlace): Place {
  checkOptions<HeaderPlace>('createTokenFinder: a header', place, { header: true, scheme: true });
  if (!isHeaderName(place.header)) {
    throw new TypeError('createTokenFinder: header must be the name of a header');
  }
  // AuthRequest.header takes names in lower case.
  const header = place.header.toLowerCase();
  const { scheme = header === 'authorization' ? 'Bearer' : '' } = place;
  if (header === 'cookie') {
    throw new TypeError(
      'createTokenFinder: use { cookie } for a cookie, which brings CSRF protection',
    );
  }
  if (scheme !== '' && !isHeaderName(scheme)) {
    throw new TypeError('createTokenFinder: scheme must be the name of a scheme, or empty');
  }
  const isBearer = scheme.toLowerCase() === 'bearer';
  return {
    name: `the header ${header}`,
    isCookie: false,
    read: (request) => {
      const value = trimWhiteSpace(request.header(header) ?? '');
      if (scheme === '' || value === '') return value;
      if (!isBearer) return cutScheme(value, scheme);
      const token = value.slice(findBearerToken(value));
      if (token === '') throw new AuthError('credentials_missing', 'the token is empty');
      return token;
    },
  };
}

function cutScheme(value: string, scheme: string): string {
  const isNamed = value.slice(0, scheme.length).toLowerCase() === scheme.toLowerCase();
  const token = value.slice(scheme.length);
  if (isNamed && token.startsWith(' ')) return trimWhiteSpace(token);
  if (isNamed) throw new AuthError('credentials_missing', 'the token is empty');
  throw new AuthError('credentials_missing', 'the header has another scheme');
}

function compileCookie(place: CookiePlace): Place {
  checkOptions<CookiePlace>('createTokenFinder: a cookie', place, { cookie: true, read: true });
  checkFunctions('createTokenFinder: a cookie', place, ['read']);
  const { cookie, read } = place;
  if (!isCookieName(cookie)) {
    throw new TypeError('createTokenFinder: cookie must be the name of a cookie');
  }
  return {
    name: `the cookie ${cookie}`,
    isCookie: true,
    read: (request) =>
      read === undefined ? getCookie(request, cookie) : read(request, request.host?.()),
  };
}

function compileQuery(place: QueryPlace): Place {
  checkOptions<QueryPlace>('createTokenFinder: a query parameter', place, { query: true });
  const { query } = place;
  if (typeof query !== 'string' || query === '') {
    throw new TypeError('createTokenFinder: query must be the name of a parameter');
  }
  return {
    name: `the query parameter ${query}`,
    isCookie: false,
    read: (request) => {
      const ambiguous = () =>
        new AuthError('credentials_malformed', `the query has "${query}" in more than one way`);
      return getQueryParameter(request, query, ambiguous);
    },
  };
}

/** Tokens in other places than the `Authorization` header: other headers, cookies, the query. */
export {
  createTokenFinder,
  type TokenFinderOptions,
} from './token-places/create-token-finder.js';
export type {
  CookiePlace,
  HeaderPlace,
  QueryPlace,
  TokenPlace,
  TokenReader,
} from './token-places/token-place.js';

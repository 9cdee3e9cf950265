import type { PageRequest, TokenPageRequest } from './store/token-store.js';
import { TokenAuthorityError } from './token/token-authority-error.js';

/** The largest page, and the most tokens that one call revokes. */
export const MAX_PAGE = 200;

const SORT_KEYS: readonly unknown[] = ['createdAt', 'expiresAt', 'lastUsedAt', undefined];
const DIRECTIONS: readonly unknown[] = ['asc', 'desc', undefined];

/** @throws TokenAuthorityError `invalid` */
export function checkPage(page: PageRequest): PageRequest {
  if (Number.isInteger(page.limit) && page.limit >= 1 && page.limit <= MAX_PAGE) return page;
  throw new TokenAuthorityError('invalid', `limit must be a whole number from 1 to ${MAX_PAGE}`);
}

/** @throws TokenAuthorityError `invalid` */
export function checkTokenPage(page: TokenPageRequest): TokenPageRequest {
  checkPage(page);
  if (SORT_KEYS.includes(page.sortBy) && DIRECTIONS.includes(page.direction)) return page;
  const message = 'sortBy must be createdAt, expiresAt or lastUsedAt, and direction asc or desc';
  throw new TokenAuthorityError('invalid', message);
}

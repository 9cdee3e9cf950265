import { AuthError } from '../auth-error.js';
import type { AuthRequest } from '../auth-request.js';
import { checkEncodedSlashes, checkPath, ENCODED_LITERAL, ENCODED_SLASH } from './path.js';

/** The encodings with which a decoded path may match a literal that the encoded path does not match. */
export const MAY_MATCH_LITERAL = ENCODED_SLASH | ENCODED_LITERAL;

/**
 * Checks the path of a request, and its target if that differs.
 * @returns which kinds of encodings the path or the target has, as {@link checkPath} does.
 * @throws AuthError `path_ambiguous`
 */
export function checkRequestPath({ path, target }: AuthRequest): number {
  const encoding = checkPath(path);
  if ((encoding & ENCODED_SLASH) !== 0) checkEncodedSlashes(path);
  if (target === undefined || target === path) return encoding;
  const ofTarget = checkPath(target);
  if ((ofTarget & ENCODED_SLASH) !== 0) checkEncodedSlashes(target);
  return encoding | ofTarget;
}

/**
 * Checks the path of a request whose route has its own rule, so that no endpoint map decides.
 * @throws AuthError `path_ambiguous`
 */
export function checkRoutePath(request: AuthRequest): void {
  const encoding = checkRequestPath(request);
  if ((encoding & ENCODED_SLASH) === 0 || request.allowEncodedSlash) return;
  throw new AuthError('path_ambiguous', 'the path has an encoded slash');
}

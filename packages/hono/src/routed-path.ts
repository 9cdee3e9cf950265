import { toPath } from '@mandate/core/adapter';
import type { Context } from 'hono';

/**
 * The path that Hono's router matches. Hono decodes a path before it matches, except for characters that would
 * change the structure of the path. If decoding is the only difference, the encoded path is returned. A path
 * that cannot be decoded is returned as received, so that the guard rejects it: Hono decodes half of such a
 * path, and its line breaks would reach observers.
 */
export function getRoutedPath(c: Context): string {
  const routed = c.req.path;
  const { url } = c.req;
  const start = url.indexOf('/', url.indexOf(':') + 4);
  const path = toPath(start === -1 ? '/' : url.slice(start));
  if (!path.includes('%')) return routed;
  const decoded = decode(path);
  if (decoded === undefined || decoded === routed) return path;
  // If a trailing slash does not matter, Hono has removed it too.
  return decoded === `${routed}/` ? path.slice(0, -1) : routed;
}

function decode(path: string): string | undefined {
  try {
    return decodeURI(path.replaceAll('%25', '%2525'));
  } catch {
    return undefined;
  }
}

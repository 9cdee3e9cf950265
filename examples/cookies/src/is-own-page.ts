import type { Request } from 'express';

/**
 * Returns whether a page of this origin sent the request. The guard checks the same for a token from a cookie; a log-in has
 * no token yet.
 */
export function isOwnPage(req: Request, origin: string): boolean {
  const site = req.get('sec-fetch-site');
  return site === undefined ? req.get('origin') === origin : site === 'same-origin';
}

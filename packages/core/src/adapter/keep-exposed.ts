import type { Denial } from '../denial.js';

const EXPOSED = 'access-control-expose-headers';

/**
 * Adds what the host's response exposes to pages already, such as the headers of CORS middleware, because a denial
 * replaces headers.
 * @param exposed the header of the response, if it has one.
 */
export function keepExposed(denial: Denial, exposed: string | undefined): Denial {
  const own = denial.headers[EXPOSED];
  if (own === undefined || !exposed) return denial;
  const names = exposed.split(',').map((name) => name.trim());
  const isKnown = names.some((name) => name.toLowerCase() === own.toLowerCase());
  const all = isKnown ? names : [...names, own];
  return { ...denial, headers: { ...denial.headers, [EXPOSED]: all.join(', ') } };
}

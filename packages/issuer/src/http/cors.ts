/** Adds to an answer what a browser needs to let a page of another origin read it. */
export type AllowOrigin = (request: Request, response: Response) => Response;

/**
 * Cross-origin access for exactly these origins, without cookies. Every answer says that it depends
 * on the origin, so that no cache mixes them up.
 *
 * @param origins as browsers write them: `https://agents.example.com`, no path, no wildcard.
 * @throws TypeError if one is written differently: it would never match.
 */
export function createAllowOrigin(origins: readonly string[]): AllowOrigin {
  for (const origin of origins) {
    const isOrigin = URL.canParse(origin) && new URL(origin).origin === origin;
    if (isOrigin && !origin.includes('*')) continue;
    throw new TypeError(`allowedOrigins: ${JSON.stringify(origin)} is not an origin`);
  }
  const allowed = new Set(origins);
  return (request, response) => {
    response.headers.append('vary', 'origin');
    const origin = request.headers.get('origin');
    if (origin === null || !allowed.has(origin)) return response;
    response.headers.set('access-control-allow-origin', origin);
    // The token client learns from them how long to wait, and what time it is here.
    response.headers.set('access-control-expose-headers', 'date, retry-after');
    return response;
  };
}

/** The answer to a browser that asks beforehand; it is useless to origins that are not allowed. */
export function createPreflight(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '600',
    },
  });
}

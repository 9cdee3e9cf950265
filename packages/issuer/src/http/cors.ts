/** Adds the headers that let a browser show the response to a page of another origin. */
export type AllowOrigin = (request: Request, response: Response) => Response;

/**
 * Allows cross-origin requests from exactly these origins, without cookies. Every response varies
 * by origin, so that no cache mixes them up.
 *
 * @param origins as browsers write them: `https://agents.example.com`, without path or wildcard.
 * @throws TypeError if an origin is written differently, because it would never match.
 */
export function createAllowOrigin(origins: readonly string[]): AllowOrigin {
  for (const origin of origins) {
    const isOrigin = URL.canParse(origin) && new URL(origin).origin === origin;
    if (isOrigin && !origin.includes('*')) continue;
    throw new TypeError(
      `allowedOrigins: ${JSON.stringify(origin)} is not an exact origin such as https://agents.example.com`,
    );
  }
  const allowed = new Set(origins);
  return (request, response) => {
    response.headers.append('vary', 'origin');
    const origin = request.headers.get('origin');
    if (origin === null || !allowed.has(origin)) return response;
    response.headers.set('access-control-allow-origin', origin);
    // The token client derives the time to wait and the server's clock from them.
    response.headers.set('access-control-expose-headers', 'date, retry-after');
    return response;
  };
}

/** Answers a preflight request. Without `access-control-allow-origin` it permits nothing. */
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

/** What pages of other origins may do. */
export interface Cors {
  /** Whether the request comes from a page of an allowed origin. */
  allows(request: Request): boolean;
  /** Adds the headers that let a browser show the response to a page of an allowed origin. */
  addHeaders(request: Request, response: Response): Response;
  /** Answers a preflight request. Without `access-control-allow-origin` it permits nothing. */
  createPreflight(): Response;
}

/** The names of allowed origins and request headers. */
export interface CorsOptions {
  /** As browsers write them: `https://agents.example.com`, without path or wildcard. */
  readonly allowedOrigins: readonly string[];
  /** Besides `content-type`. */
  readonly allowedHeaders: readonly string[];
}

/**
 * Allows cross-origin requests from exactly these origins, without cookies. Every response varies
 * by origin, so that no cache mixes them up.
 *
 * @throws TypeError if an origin is written differently, because it would never match, or a header
 * name is invalid or `*`.
 */
export function createCors({ allowedOrigins, allowedHeaders }: CorsOptions): Cors {
  checkList('allowedOrigins', allowedOrigins, checkOrigin);
  checkList('allowedHeaders', allowedHeaders, checkHeaderName);
  const origins = new Set(allowedOrigins);
  const headers = [...new Set(['content-type', ...allowedHeaders.map(toLowerCase)])].join(', ');
  const allows = (request: Request): boolean => origins.has(request.headers.get('origin') ?? '');
  return {
    allows,
    addHeaders(request, response) {
      response.headers.append('vary', 'origin');
      if (!allows(request)) return response;
      response.headers.set('access-control-allow-origin', request.headers.get('origin') as string);
      // The token client derives the time to wait and the server's clock from them.
      response.headers.set('access-control-expose-headers', 'date, retry-after');
      return response;
    },
    createPreflight: () =>
      new Response(null, {
        status: 204,
        headers: {
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': headers,
          'access-control-max-age': '600',
        },
      }),
  };
}

/** A string would otherwise be a list of its characters. */
function checkList(name: string, list: readonly string[], check: (item: string) => void): void {
  if (!Array.isArray(list)) throw new TypeError(`${name} must be a list`);
  for (const item of list) check(item);
}

/**
 * An origin of an app or a browser extension: `capacitor://localhost`,
 * `chrome-extension://<id>`. `URL` gives schemes that it does not know the origin `null`.
 */
const OTHER_ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?$/;

function checkOrigin(origin: string): void {
  const own = URL.canParse(origin) ? new URL(origin).origin : undefined;
  const isExact = own === 'null' ? OTHER_ORIGIN.test(origin) : own === origin;
  if (isExact && !origin.includes('*')) return;
  throw new TypeError(
    `allowedOrigins: ${JSON.stringify(origin)} is not an exact origin such as https://agents.example.com`,
  );
}

/** A field name of RFC 9110 §5.1. `*` is one, but means every header to a browser. */
function checkHeaderName(name: string): void {
  if (typeof name === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(name) && name !== '*') return;
  throw new TypeError(`allowedHeaders: ${JSON.stringify(name)} is not the name of a header`);
}

const toLowerCase = (text: string): string => text.toLowerCase();

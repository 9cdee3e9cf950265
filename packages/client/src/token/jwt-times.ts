/** What a JWT states about its own lifetime. */
export interface JwtTimes {
  /** Unix milliseconds. */
  readonly expiresAtMs: number | undefined;
  /** From `iat` to `exp`, both by the issuer's clock. `Infinity` if a claim is missing. */
  readonly lifetimeMs: number;
}

/**
 * Parses `iat` and `exp` of a JWT without verifying it: a client only decides when to ask for
 * another token, and the server decides whether the token is valid.
 */
export function parseJwtTimes(token: string): JwtTimes {
  const claims = parseClaims(token);
  const expiresAtMs = toMs(claims['exp']);
  const issuedAtMs = toMs(claims['iat']);
  const isKnown = expiresAtMs !== undefined && issuedAtMs !== undefined;
  return { expiresAtMs, lifetimeMs: isKnown ? expiresAtMs - issuedAtMs : Number.POSITIVE_INFINITY };
}

function parseClaims(token: string): Readonly<Record<string, unknown>> {
  try {
    const [, payload = '', signature] = token.split('.');
    if (signature === undefined) return {};
    return { ...JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/'))) };
  } catch {
    return {};
  }
}

// The limit is the largest time of a Date. `1e400` parses to Infinity and would never expire.
const toMs = (seconds: unknown): number | undefined =>
  typeof seconds === 'number' && Math.abs(seconds) <= 8.64e12 ? seconds * 1000 : undefined;

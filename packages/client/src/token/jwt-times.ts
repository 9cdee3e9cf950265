/** What a JWT says of its own life. */
export interface JwtTimes {
  /** Unix milliseconds. */
  readonly expiresAtMs: number | undefined;
  /** From `iat` to `exp`, both by the clock of its issuer. `Infinity` if it does not say. */
  readonly lifetimeMs: number;
}

/**
 * Reads `iat` and `exp` of a JWT, and verifies nothing: a client only decides when to ask for another
 * token, and the server decides whether this one is good.
 */
export function readJwtTimes(token: string): JwtTimes {
  const claims = readClaims(token);
  const expiresAtMs = readMs(claims['exp']);
  const issuedAtMs = readMs(claims['iat']);
  const isKnown = expiresAtMs !== undefined && issuedAtMs !== undefined;
  return { expiresAtMs, lifetimeMs: isKnown ? expiresAtMs - issuedAtMs : Number.POSITIVE_INFINITY };
}

function readClaims(token: string): Readonly<Record<string, unknown>> {
  try {
    const [, payload = '', signature] = token.split('.');
    if (signature === undefined) return {};
    return { ...JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/'))) };
  } catch {
    return {};
  }
}

// The largest time that a Date can hold: `1e400` parses to Infinity and would never expire.
const readMs = (seconds: unknown): number | undefined =>
  typeof seconds === 'number' && Math.abs(seconds) <= 8.64e12 ? seconds * 1000 : undefined;

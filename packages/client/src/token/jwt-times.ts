/** The times a JWT says it has, in Unix milliseconds. */
export interface JwtTimes {
  readonly issuedAtMs: number | undefined;
  readonly expiresAtMs: number | undefined;
}

/**
 * Reads `iat` and `exp` of a JWT, and verifies nothing: a client only decides when to ask for another
 * token, and the server decides whether this one is good.
 */
export function readJwtTimes(token: string): JwtTimes | undefined {
  const segments = token.split('.');
  if (segments.length !== 3) return undefined;
  try {
    const payload: unknown = JSON.parse(
      atob((segments[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')),
    );
    const claims = payload as { readonly iat?: unknown; readonly exp?: unknown } | null;
    return { issuedAtMs: readMs(claims?.iat), expiresAtMs: readMs(claims?.exp) };
  } catch {
    return undefined;
  }
}

// The largest time that a Date can hold: `1e400` parses to Infinity and would never expire.
const readMs = (seconds: unknown): number | undefined =>
  typeof seconds === 'number' && Math.abs(seconds) <= 8.64e12 ? seconds * 1000 : undefined;

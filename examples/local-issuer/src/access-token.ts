import { randomUUID } from 'node:crypto';
import { type CryptoKey, SignJWT } from 'jose';

export const AUDIENCE = 'https://api.example.com';

/** What to write into a token. */
export interface TokenRequest {
  readonly subject: string;
  /** Separated by spaces. */
  readonly scope: string;
  readonly permission?: string | undefined;
  readonly groupid?: string | undefined;
  readonly plan?: string | undefined;
  /** How long it is good; negative: it has expired that long ago. Default: an hour. */
  readonly lifetimeSeconds?: number | undefined;
}

export const KEY_ID = 'evaluate';

/** Signs an access token as RFC 9068 describes it. */
export function signAccessToken(
  issuer: string,
  privateKey: CryptoKey,
  request: TokenRequest,
): Promise<string> {
  const { subject, scope, permission, groupid, plan, lifetimeSeconds = 3600 } = request;
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ client_id: 'evaluate', scope, permission, groupid, plan })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: KEY_ID })
    .setIssuer(issuer)
    .setAudience(AUDIENCE)
    .setSubject(subject)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + lifetimeSeconds)
    .sign(privateKey);
}

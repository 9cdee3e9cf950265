import { CompactSign } from 'jose';
import type { Signer } from '../signing-keys/key-pair.js';

/** The claims of an issued token (RFC 9068 §2.2). */
export interface TokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly exp: number;
  readonly iat: number;
  readonly jti: string;
  readonly client_id: string;
  readonly groupid: string;
  readonly scope: string;
}

const encoder = new TextEncoder();

/**
 * Signs with `CompactSign`, because `SignJWT` first copies the claims, which takes a tenth of the
 * time.
 */
export function signToken(claims: TokenClaims, { kid, algorithm, key }: Signer): Promise<string> {
  return new CompactSign(encoder.encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: algorithm, kid, typ: 'at+jwt' })
    .sign(key as CryptoKey);
}

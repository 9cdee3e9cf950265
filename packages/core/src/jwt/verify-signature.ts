import type { VerificationKey } from '../keys/key-set.js';
import { decodeBase64url } from './base64url.js';

/** What `crypto.subtle.verify` is told for each algorithm (RFC 7518 §3.1, RFC 8037 §3.1). */
const PARAMETERS: Readonly<Record<string, { name: string; hash?: string; saltLength?: number }>> = {
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
  RS384: { name: 'RSASSA-PKCS1-v1_5' },
  RS512: { name: 'RSASSA-PKCS1-v1_5' },
  PS256: { name: 'RSA-PSS', saltLength: 32 },
  PS384: { name: 'RSA-PSS', saltLength: 48 },
  PS512: { name: 'RSA-PSS', saltLength: 64 },
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', hash: 'SHA-384' },
  ES512: { name: 'ECDSA', hash: 'SHA-512' },
  EdDSA: { name: 'Ed25519' },
  Ed25519: { name: 'Ed25519' },
  HS256: { name: 'HMAC' },
  HS384: { name: 'HMAC' },
  HS512: { name: 'HMAC' },
};

const encoder = new TextEncoder();

/**
 * The key among these whose signature the token has; `undefined` if none.
 *
 * The token was parsed strictly and its algorithm is allowed and fits the keys. A library that verifies
 * a JWS would read all of it once more, which costs as much as half a signature (measured in the bench).
 */
export async function findSigner(
  token: string,
  keys: readonly VerificationKey[],
  alg: string,
): Promise<VerificationKey | undefined> {
  const end = token.lastIndexOf('.');
  const parameters = PARAMETERS[alg];
  const signature = decodeBase64url(token.slice(end + 1));
  if (parameters === undefined || signature === undefined) return undefined;
  const data = encoder.encode(token.slice(0, end));
  for (const key of keys) {
    const cryptoKey = await key.toCryptoKey(alg);
    if (cryptoKey === undefined) continue;
    if (await verify(parameters, cryptoKey as CryptoKey, signature, data)) return key;
  }
  return undefined;
}

async function verify(
  parameters: { name: string },
  key: CryptoKey,
  signature: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  try {
    return await crypto.subtle.verify(parameters, key, signature, data);
  } catch {
    // Some runtimes throw for a signature that cannot be one of that algorithm.
    return false;
  }
}

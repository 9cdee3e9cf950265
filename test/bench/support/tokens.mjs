import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { promisify } from 'node:util';

export const ISSUER = 'https://sso.example.com';
export const AUDIENCE = 'https://api.example.com';

/** Generated as text: exporting a key object that was just generated can deadlock on Node 20. */
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

export const publicKeyObject = createPublicKey(publicKey);
export const jwks = {
  keys: [{ ...publicKeyObject.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }],
};

/** Signs on the thread pool, so that all cores help. */
const signLater = promisify(sign);

let serial = 0;

export function makeClaims(issuer = ISSUER) {
  const id = String(serial++).padStart(7, '0');
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    aud: AUDIENCE,
    sub: `employee-${id}@example.com`,
    client_id: 'intranet-portal',
    iat: now,
    exp: now + 3600,
    jti: `4f9c1c1e-7a8e-4b51-9d0c-8b1e${id}0`,
    scope: 'SEARCH CHAT PEOPLE DOCUMENTS COLLECTIONS',
    groups: ['12345', 'employees', 'engineering'],
    name: `Employee Number ${id}`,
  };
}

/** RS256 tokens of about 900 characters, each unlike the others. */
export function signTokens(count, issuerOf = () => ISSUER) {
  return Promise.all(Array.from({ length: count }, (_, i) => signToken(makeClaims(issuerOf(i)))));
}

export async function signToken(claims, signer = { alg: 'RS256', hash: 'sha256', privateKey }) {
  const { alg, hash } = signer;
  const head = `${encode({ alg, kid: 'k1', typ: 'JWT' })}.${encode(claims)}`;
  const key = { key: signer.privateKey, dsaEncoding: 'ieee-p1363' };
  const signature = await signLater(hash, Buffer.from(head), key);
  return `${head}.${signature.toString('base64url')}`;
}

export function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A string that shares no memory with `text`, as each request's headers are read anew. */
export function copyString(text) {
  return Buffer.from(text, 'latin1').toString('latin1');
}

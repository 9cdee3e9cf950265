import {
  createSigningKey,
  fixtureKey,
  signToken,
  signWithSecret,
} from '../../../support/tokens.js';
import { bearer, type Case, get, rejected } from '../../case.js';
import { publicKeySpellings } from '../../forgeries.js';
import { MIXED_ISSUER, mixed } from '../../issuers.js';
import { claims } from '../../tokens.js';

const own = claims({ iss: MIXED_ISSUER });
const stranger = await createSigningKey('ES256', 'shared');
const [secret, next] = mixed.secrets;
const zeros = new Uint8Array(32);

/** Tokens of an issuer with public keys and secrets side by side. */
export const HOSTILE_KEYS: readonly Case[] = [
  ...(await publicKeySpellings()).flatMap(([spelling, bytes]) =>
    [undefined, 'RS256', 'shared'].map((kid) =>
      toCase(`an HMAC with the public key as ${spelling}, kid ${kid}`, sign(bytes, { kid })),
    ),
  ),
  ...(['HS384', 'HS512'] as const).flatMap((alg) => [
    toCase(`${alg} with the first secret`, sign(secret, { alg })),
    toCase(`${alg} with the second secret`, sign(next, { alg })),
  ]),
  toCase('a third secret', sign(new Uint8Array(32).fill(7))),
  toCase('a secret of zeros', sign(zeros)),
  toCase('the first secret without its last byte', sign(secret.subarray(0, -1))),
  toCase('the first secret with a byte more', sign(Uint8Array.of(...secret, 0x0a))),
  toCase('both secrets, one behind the other', sign(Uint8Array.of(...secret, ...next))),
  toCase('the secret that is a member of the key set', sign(mixed.publishedSecret)),
  toCase('that secret under its kid', sign(mixed.publishedSecret, { kid: 'published' })),
  toCase('a secret that the token brings', sign(zeros, { jwk: { kty: 'oct', k: 'AAAA' } })),
  toCase('another key under the kid that two keys share', signToken(own, { key: stranger })),
  toCase('the elliptic key as RS256', signToken(own, { key: mixed.elliptic, alg: 'RS256' })),
  toCase('the RSA key as ES256', signToken(own, { key: mixed.rsa, alg: 'ES256' })),
  toCase('the RSA key as PS256', signToken(own, { key: mixed.rsa, alg: 'PS256' })),
  toCase('the RSA key as HS256', signToken(own, { key: mixed.rsa, alg: 'HS256' })),
  toCase('the elliptic key as HS256', signToken(own, { key: mixed.elliptic, alg: 'HS256' })),
  toCase('the elliptic key as none', signToken(own, { key: mixed.elliptic, alg: 'none' })),
  toCase('the key of another issuer', signToken(own, { key: await fixtureKey('ES384') })),
  toCase('HS256 named as ES256', rename(sign(secret), 'ES256')),
  toCase('HS256 named as RS256', rename(sign(secret), 'RS256')),
  toCase('HS256 named as none', rename(sign(secret), 'none')),
  toCase('HS256 named in lower case', rename(sign(secret), 'hs256')),
  {
    name: 'Hostile key: the secret of one issuer signs for another',
    request: get('/me', bearer(signWithSecret(claims(), secret))),
    expect: rejected('token_invalid'),
  },
];

function sign(
  bytes: Uint8Array,
  header: { readonly alg?: 'HS384' | 'HS512'; readonly [member: string]: unknown } = {},
): Promise<string> {
  return signWithSecret(own, bytes, header);
}

/** The signature covers the new header no longer, as if the verifier looked at the algorithm alone. */
async function rename(signed: Promise<string>, alg: string): Promise<string> {
  const [, payload, signature] = (await signed).split('.');
  const header = Buffer.from(JSON.stringify({ alg, typ: 'at+jwt' })).toString('base64url');
  return `${header}.${payload}.${signature}`;
}

function toCase(what: string, token: Promise<string>): Case {
  return {
    name: `Hostile key: ${what}`,
    request: get('/me', bearer(token)),
    expect: rejected('token_invalid'),
  };
}

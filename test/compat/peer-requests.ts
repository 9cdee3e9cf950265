import { createHmac, createPublicKey } from 'node:crypto';
import {
  AUDIENCE,
  craftToken,
  createSigningKey,
  fixtureKey,
  ISSUER,
  signToken,
  validClaims,
  withSegment,
} from '../support/tokens.js';

const key = await fixtureKey('RS256');
export const PUBLIC_KEY = createPublicKey({ key: key.publicJwk as never, format: 'jwk' })
  .export({ type: 'spki', format: 'pem' })
  .toString();
export const OPTIONS = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['RS256'] };
export { AUDIENCE, ISSUER };
export const jwks = { keys: [{ ...key.publicJwk, kid: 'RS256', alg: 'RS256', use: 'sig' }] };

const now = Math.floor(Date.now() / 1000);
const sign = (overrides: Readonly<Record<string, unknown>> = {}) =>
  signToken(validClaims(overrides), { alg: 'RS256', typ: 'JWT' });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** The public key as a secret: what a verifier accepts that lets the token choose the algorithm (RFC 8725 §2.1). */
function forgeWithPublicKey(): string {
  const unsigned = craftToken({ alg: 'HS256', typ: 'JWT' }, validClaims(), '').slice(0, -1);
  const mac = createHmac('sha256', PUBLIC_KEY).update(unsigned).digest('base64url');
  return `${unsigned}.${mac}`;
}

const good = await sign({ scope: 'read write', roles: ['admin'], isAdmin: true });
const stranger = await createSigningKey('RS256');

/** What clients send, good and bad, by name. */
export const REQUESTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a good token': bearer(good),
  'a token of the type at+jwt': bearer(await signToken(validClaims(), { alg: 'RS256' })),
  'a scheme in lower case': { authorization: `bearer ${good}` },
  'no header': {},
  'an empty header': { authorization: '' },
  'another scheme': { authorization: 'Basic YTpi' },
  'a scheme alone': { authorization: 'Bearer' },
  'two tokens': { authorization: `Bearer ${good} ${good}` },
  'no scheme': { authorization: good },
  'no JWT': bearer('abc'),
  'an expired token': bearer(await sign({ iat: now - 120, exp: now - 60 })),
  'a token that is not valid yet': bearer(await sign({ nbf: now + 600 })),
  'a token of another issuer': bearer(await sign({ iss: 'https://other.example' })),
  'a token for another audience': bearer(await sign({ aud: 'https://other.example' })),
  'a token for several audiences': bearer(await sign({ aud: ['https://other.example', AUDIENCE] })),
  'a token without an audience': bearer(await sign({ aud: undefined })),
  'a token without a subject': bearer(await sign({ sub: undefined })),
  'a token without an end': bearer(await sign({ exp: undefined })),
  'a changed token': bearer(withSegment(good, 2, 'A'.repeat(342))),
  'a token of a stranger': bearer(
    await signToken(validClaims(), { alg: 'RS256', typ: 'JWT', key: stranger }),
  ),
  'an unsigned token': bearer(craftToken({ alg: 'none', typ: 'JWT' }, validClaims(), '')),
  'a token signed with the public key': bearer(forgeWithPublicKey()),
  'a token of the future': bearer(await sign({ iat: now + 3000 })),
  'a token without a kid': bearer(
    await signToken(validClaims(), { alg: 'RS256', typ: 'JWT', kid: undefined }),
  ),
  'a token with another kid': bearer(
    await signToken(validClaims(), { alg: 'RS256', typ: 'JWT', kid: 'other' }),
  ),
  'a token with the scope as a list': bearer(await sign({ scope: ['read'] })),
};

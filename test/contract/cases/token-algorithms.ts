import {
  type Algorithm,
  craftToken,
  createSigningKey,
  fixtureKey,
  type SignOptions,
  signWithSecret,
} from '../../support/tokens.js';
import { allowed, bearer, type Case, get, rejected } from '../case.js';
import {
  forge,
  negateS,
  ORDER,
  publicKeySpellings,
  repeatInteger,
  toDer,
  withoutFirstZero,
  withoutKid,
  withSignature,
} from '../forgeries.js';
import { anyRsaKey, RS256_ISSUER, SECRET, SECRET_ISSUER } from '../issuers.js';
import { claims, token } from '../tokens.js';

const attacker = await createSigningKey('ES256', 'attacker');
const attackerRsa = await createSigningKey('RS256', 'attacker-rsa');
const es256 = await fixtureKey('ES256');
const es384 = await fixtureKey('ES384');
const rs256 = await fixtureKey('RS256');
const ps256 = await fixtureKey('PS256');
const unsigned = claims();

/** Signatures, algorithms, and header parameters that are rejected (RFC 8725 §3.1, §3.5, §3.10, §3.11). */
export const TOKEN_ALGORITHMS: readonly Case[] = [
  ...(['ES256', 'ES384', 'ES512', 'RS256', 'PS256', 'EdDSA', 'Ed25519'] as const).map(
    (alg: Algorithm): Case => ({
      name: `A token signed with ${alg} is accepted`,
      request: get('/me', bearer(token({}, { alg }))),
      expect: allowed('me'),
    }),
  ),
  {
    name: 'A token without kid is tried with the keys of its algorithm',
    request: get('/me', bearer(token({}, { kid: undefined }))),
    expect: allowed('me'),
  },
  ...[undefined, 'JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt'].map(
    (typ): Case => ({
      name: `A token with typ ${typ} is accepted`,
      request: get('/me', bearer(token({}, { typ }))),
      expect: allowed('me'),
    }),
  ),

  ...forgeries('is not signed', [
    ...['none', 'None', 'NONE', 'nOnE', 'none ', ''].flatMap(
      (alg) =>
        [
          [`alg "${alg}" and no signature`, craftToken({ alg }, unsigned, '')],
          [`alg "${alg}" and some signature`, craftToken({ alg }, unsigned, 'sign')],
        ] as const,
    ),
    ['no alg and no signature', craftToken({ typ: 'JWT' }, unsigned, '')],
    ['ES256 and no signature', craftToken({ alg: 'ES256', kid: 'ES256' }, unsigned, '')],
    ['RS256 and no signature', craftToken({ alg: 'RS256', kid: 'RS256' }, unsigned, '')],
    ['EdDSA and no signature', craftToken({ alg: 'EdDSA', kid: 'EdDSA' }, unsigned, '')],
    ['the kid of a key and alg none', craftToken({ alg: 'none', kid: 'ES256' }, unsigned, 'AAAA')],
  ]),
  ...forgeries('has a broken ECDSA signature', [
    ['r = s = 0', withSignature(() => Buffer.alloc(64))],
    ['r = s = 1', withSignature(() => repeatInteger(1n))],
    ['r = s = n', withSignature(() => ORDER)],
    ['all bits set', withSignature(() => Buffer.alloc(64, 0xff))],
    ['one byte', withSignature(() => Buffer.from([0]))],
    ['cut in half', withSignature((signature) => signature.subarray(0, 32))],
    ['a byte short', withSignature((signature) => signature.subarray(0, 63))],
    [
      'one zero byte appended',
      withSignature((signature) => Buffer.concat([signature, Buffer.alloc(1)])),
    ],
    ['one zero byte prepended', withSignature((one) => Buffer.concat([Buffer.alloc(1), one]))],
    [
      'its halves exchanged',
      withSignature((one) => Buffer.concat([one.subarray(32), one.subarray(0, 32)])),
    ],
    ['DER', withSignature(toDer)],
    ['DER of r = s = 0', withSignature(() => Buffer.from('3006020100020100', 'hex'))],
    ['the length of P-384', withSignature(() => Buffer.alloc(96))],
    ['one bit flipped', withSignature(flipBit)],
  ]),
  {
    name: 'The second valid ECDSA signature is accepted, so a token does not identify itself',
    request: get('/me', bearer(withSignature(negateS))),
    expect: allowed('me'),
  },
  ...forgeries('has a broken RSA signature', [
    ['zeros', forge({ alg: 'RS256', kid: 'RS256' }, () => Buffer.alloc(256))],
    ['one', forge({ alg: 'RS256', kid: 'RS256' }, () => Buffer.from([...Buffer.alloc(255), 1]))],
    ['one byte', forge({ alg: 'RS256', kid: 'RS256' }, () => Buffer.from([1]))],
    [
      'as long as 4096 bits have it',
      forge({ alg: 'RS256', kid: 'RS256' }, () => Buffer.alloc(512)),
    ],
    ['no zero at its start, where PS256 has one', withoutFirstZero()],
  ]),
  ...forgeries('has a broken Ed25519 signature', [
    ['zeros', forge({ alg: 'EdDSA', kid: 'EdDSA' }, () => Buffer.alloc(64))],
    ['the neutral element and zero', forge({ alg: 'EdDSA', kid: 'EdDSA' }, neutralSignature)],
  ]),
  ...(await publicKeySpellings()).flatMap(([spelling, secret]) =>
    forgeries('takes the public key for an HMAC secret', [
      [`${spelling}, HS256`, signWithSecret(unsigned, secret, { kid: 'RS256' })],
      [`${spelling}, HS512`, signWithSecret(unsigned, secret, { alg: 'HS512', kid: 'RS256' })],
      [`${spelling}, without kid`, signWithSecret(unsigned, secret)],
    ]),
  ),
  ...signedTokens('names an algorithm that its key is not for', [
    ['ES256 with the P-384 key', { key: es384, alg: 'ES256' }],
    ['ES384 with the P-256 key', { key: es256, alg: 'ES384' }],
    ['ES256 with the kid of the P-384 key', { key: es256, kid: 'ES384' }],
    ['ES256 with the kid of an RSA key', { key: es256, kid: 'RS256' }],
    ['PS256 signed as RS256', { key: rs256, alg: 'PS256' }],
    ['RS256 signed as PS256', { key: ps256, alg: 'RS256' }],
    ['RS256 with a key for PS256', { key: ps256, alg: 'RS256', kid: 'PS256' }],
    ['RS512 signed as RS256', { key: rs256, alg: 'RS512' }],
    ['RS384 with a key for RS256', { key: rs256, alg: 'RS384', kid: 'RS256' }],
    ['EdDSA with an ECDSA key', { key: es256, alg: 'EdDSA' }],
  ]),
  ...[
    ...['es256', 'ES256 ', 'ES256K', 'RS1', 'RSA', 'Ed448', 'dir', 'RSA-OAEP', 'ECDH-ES', 'A128KW'],
    ...['HS256', 'toString', '__proto__', ['ES256'], { alg: 'ES256' }, 256, null, true, undefined],
  ].map(
    (alg): Case => ({
      name: `An algorithm that is not allowed is rejected: ${JSON.stringify(alg)}`,
      request: get('/me', bearer(token({}, { key: es256, alg: alg as string }))),
      expect: rejected('token_invalid'),
    }),
  ),
  {
    name: 'A key for any algorithm verifies the one that its issuer allows',
    request: get('/me', bearer(token({ iss: RS256_ISSUER }, { key: anyRsaKey }))),
    expect: allowed('me'),
  },
  ...['RS384', 'RS512', 'PS256', 'ES256', 'HS256', 'none'].map(
    (alg): Case => ({
      name: `A key for any algorithm does not verify ${alg}, which its issuer does not allow`,
      request: get('/me', bearer(token({ iss: RS256_ISSUER }, { key: anyRsaKey, alg }))),
      expect: rejected('token_invalid'),
    }),
  ),
  {
    name: 'A token signed with the shared secret of its issuer is accepted',
    request: get('/me', bearer(signWithSecret(claims({ iss: SECRET_ISSUER }), SECRET))),
    expect: allowed('me'),
  },
  ...forgeries('does not fit the shared secret', [
    ['another secret', signWithSecret(claims({ iss: SECRET_ISSUER }), new Uint8Array(32))],
    [
      'HS384 with the same secret',
      signWithSecret(claims({ iss: SECRET_ISSUER }), SECRET, { alg: 'HS384' }),
    ],
    [
      'HS512 with the same secret',
      signWithSecret(claims({ iss: SECRET_ISSUER }), SECRET, { alg: 'HS512' }),
    ],
    ['ES256 in the name of that issuer', token({ iss: SECRET_ISSUER })],
    ['alg none', craftToken({ alg: 'none' }, claims({ iss: SECRET_ISSUER }), 'AAAA')],
    ['a signature cut off', cutSignature(signWithSecret(claims({ iss: SECRET_ISSUER }), SECRET))],
    ['the secret for the other issuer', signWithSecret(unsigned, SECRET)],
  ]),
  ...signedTokens('brings its own key', [
    ['jwk', { key: attacker, jwk: attacker.publicJwk }],
    ['jwk without kid', { key: attacker, kid: undefined, jwk: withoutKid(attacker.publicJwk) }],
    [
      'jwk under the kid of a trusted key',
      { key: attacker, kid: 'ES256', jwk: attacker.publicJwk },
    ],
    ['jwk of RSA', { key: attackerRsa, jwk: attackerRsa.publicJwk }],
    ['jwk of a shared secret', { key: attacker, jwk: { kty: 'oct', k: 'AAAA' } }],
    ['jku', { key: attacker, jku: 'https://attacker.example/jwks.json' }],
    ['jku of the issuer with a fragment', { key: attacker, jku: 'https://issuer.example/jwks#a' }],
    ['jku under the kid of a trusted key', { key: attacker, kid: 'ES256', jku: 'data:,{}' }],
    ['x5u', { key: attackerRsa, x5u: 'https://attacker.example/chain.pem' }],
    ['x5c', { key: attackerRsa, x5c: ['MIIB'] }],
    ['x5t', { key: attackerRsa, x5t: 'AAAA' }],
  ]),
  ...(
    [
      ['jwk', { jwk: attacker.publicJwk }],
      ['jku', { jku: 'https://attacker.example/jwks.json' }],
      ['x5c and x5u', { x5c: ['MIIB'], x5u: 'https://attacker.example/chain.pem' }],
    ] as const
  ).map(
    ([row, header]): Case => ({
      name: `A key in the header of a valid token is ignored: ${row}`,
      request: get('/me', bearer(token({}, header))),
      expect: allowed('me'),
    }),
  ),
  ...signedTokens('uses an extension', [
    ['crit of something unknown', { crit: ['urn:example:x'], 'urn:example:x': true }],
    ['crit of exp', { crit: ['exp'], exp: 1 }],
    ['crit of alg', { crit: ['alg'] }],
    ['crit of b64', { crit: ['b64'], b64: true }],
    ['crit of b64 that is false', { crit: ['b64'], b64: false }],
    ['b64 false without crit', { b64: false }],
    ['b64 true without crit', { b64: true }],
    ['an empty crit', { crit: [] }],
    ['a crit that is not a list', { crit: 'exp' }],
    ['a crit that is null', { crit: null }],
  ]),
  ...signedTokens('is of another type', [
    ['the type of an ID token', { typ: 'id_token+jwt' }],
    ['a logout token', { typ: 'logout+jwt' }],
    ['a DPoP proof', { typ: 'dpop+jwt' }],
    ['a security event', { typ: 'secevent+jwt' }],
    ['a refresh token', { typ: 'rt+jwt' }],
    ['a JWE', { typ: 'JWE' }],
    ['an empty type', { typ: '' }],
    ['a list', { typ: ['at+jwt'] }],
    ['null', { typ: null }],
    ['a number', { typ: 1 }],
    ['a parameter after the type', { typ: 'at+jwt; charset=utf-8' }],
  ]),
];

function forgeries(
  what: string,
  rows: readonly (readonly [row: string, forged: string | Promise<string>])[],
): readonly Case[] {
  return rows.map(([row, forged]) => ({
    name: `A token is rejected that ${what}: ${row}`,
    request: get('/me', bearer(forged)),
    expect: rejected('token_invalid'),
  }));
}

function signedTokens(
  what: string,
  rows: readonly (readonly [row: string, options: SignOptions])[],
): readonly Case[] {
  return forgeries(
    what,
    rows.map(([row, options]) => [row, token({}, options)] as const),
  );
}

function flipBit(signature: Buffer): Uint8Array {
  const flipped = Buffer.from(signature);
  flipped[40] = (flipped[40] as number) ^ 1;
  return flipped;
}

/** R is the neutral element and S is zero: good for a public key of small order only. */
function neutralSignature(): Uint8Array {
  return Buffer.from([1, ...Buffer.alloc(63)]);
}

async function cutSignature(good: Promise<string>): Promise<string> {
  return (await good).slice(0, -7);
}

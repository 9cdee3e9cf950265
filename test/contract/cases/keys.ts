import { createSigningKey, fixtureKey, type SignOptions } from '../../support/tokens.js';
import { allowed, bearer, type Case, type Expectation, get, rejected } from '../case.js';
import { forge, signWithExponentOne } from '../forgeries.js';
import { exponentOne, MESSY_ISSUER, messy } from '../issuers.js';
import { claims, token } from '../tokens.js';

const stranger = await createSigningKey('ES256', 'stranger');
const none = rejected('token_invalid');

/** The keys of an issuer that verify a token. */
export const KEYS: readonly Case[] = [
  ...signedBy(allowed('me'), [
    ['the first of two keys of the same kid', { key: messy.first }],
    ['the second of two keys of the same kid', { key: messy.second }],
    ['the first of several keys that fit, without kid', { key: messy.first, kid: undefined }],
    ['the last of several keys that fit, without kid', { key: messy.nameless, kid: undefined }],
  ]),
  ...signedBy(none, [
    ['a key that is not in the set', { key: stranger }],
    ['a key that is not in the set, without kid', { key: stranger, kid: undefined }],
    ['a key that is not in the set, under the kid of two that are', { key: stranger, kid: 'twin' }],
    ['a trusted key under a kid that is not in the set', { key: messy.first, kid: 'elsewhere' }],
    ['a trusted key under the kid of another', { key: messy.nameless, kid: 'twin' }],
    ['a trusted key under an empty kid', { key: messy.first, kid: '' }],
    ['a trusted key under the kid in another case', { key: messy.first, kid: 'TWIN' }],
    ['a trusted key under a kid that is a path', { key: messy.first, kid: '../../etc/passwd' }],
    ['a trusted key under a kid that is SQL', { key: messy.first, kid: "' or 1=1 --" }],
    ['a trusted key under a kid that is a number', { key: messy.first, kid: 1 }],
    ['a trusted key under a kid that is null', { key: messy.first, kid: null }],
    ['a trusted key under a kid that is a list', { key: messy.first, kid: ['twin'] }],
    ['an RSA key of 1024 bits', { key: messy.rsa1024 }],
    ['an RSA key of 1024 bits, without kid', { key: messy.rsa1024, kid: undefined }],
    ['a key whose private part is published', { key: messy.leaked }],
    ['a key for encryption', { key: messy.forEncryption }],
    ['a key that is not for verifying', { key: messy.forSigning }],
    ['a key whose kid is a number', { key: messy.numbered }],
    ['a key whose kid is a number, under that number', { key: messy.numbered, kid: 7 }],
    ['a key whose kid is a number, under that text', { key: messy.numbered, kid: '7' }],
    ['a key whose kid is a number, without kid', { key: messy.numbered, kid: undefined }],
    ['the key of another issuer', { key: await fixtureKey() }],
  ]),
  {
    name: 'A token that is "signed" for an RSA key with the exponent 1 is rejected',
    request: get(
      '/me',
      bearer(
        forge(
          { alg: 'RS256', kid: exponentOne.kid },
          signWithExponentOne,
          claims({ iss: MESSY_ISSUER }),
        ),
      ),
    ),
    expect: rejected('token_invalid'),
  },
  {
    name: 'A token without kid that is "signed" for an RSA key with the exponent 1 is rejected',
    request: get(
      '/me',
      bearer(forge({ alg: 'RS256' }, signWithExponentOne, claims({ iss: MESSY_ISSUER }))),
    ),
    expect: rejected('token_invalid'),
  },
  {
    name: 'A key of one issuer does not verify the tokens of another',
    request: get('/me', bearer(token({}, { key: messy.first }))),
    expect: rejected('token_invalid'),
  },
];

function signedBy(
  expect: Expectation,
  rows: readonly (readonly [row: string, options: SignOptions])[],
): readonly Case[] {
  const verdict = 'code' in expect ? 'rejected' : 'good';
  return rows.map(([row, options]) => ({
    name: `A token is ${verdict} that is signed with ${row}`,
    request: get('/me', bearer(token({ iss: MESSY_ISSUER }, options))),
    expect,
  }));
}

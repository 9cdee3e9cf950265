import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { createAwsAlbVerifier } from '@mandate/core/providers';
import { createTokenFinder } from '@mandate/core/token-places';
import { expect, test } from 'vitest';
import type { SigningKey } from '../support/tokens.js';
import { NOW, TIMES, testProvider } from './test-provider.js';

const KID = '12345678-1234-1234-1234-123456789012';
const SIGNER =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188';
const ISSUER = 'https://sso.example.com';
const valid = { signers: SIGNER, issuer: ISSUER, clientIds: ['load-balancer'] };

const toPem = (jwk: object) =>
  String(
    createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    }),
  );

/** Base64url with the padding of base64, which the signature covers. */
const toPadded = (text: string | Uint8Array) =>
  Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_');

async function signPadded(header: object, claims: object, key: SigningKey): Promise<string> {
  const input = `${toPadded(JSON.stringify(header))}.${toPadded(JSON.stringify(claims))}`;
  return `${input}.${toPadded(await key.sign(new TextEncoder().encode(input)))}`;
}

testProvider({
  name: 'AWS Application Load Balancer',
  faults: {
    client: 'a token of another client of the identity provider',
    tenant: 'a token of a load balancer of another account, which has the same keys',
    idToken: 'none: a load balancer issues one kind',
    audience: 'none: the tokens have no audience but their signer',
  },
  page: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html',
  alg: 'ES256',
  place: 'x-amzn-oidc-data',
  guard: { token: createTokenFinder([{ header: 'x-amzn-oidc-data' }]) },
  configure: () => createAwsAlbVerifier(valid),
  documents: (jwk) => ({
    [`https://public-keys.auth.elb.us-east-1.amazonaws.com/${KID}`]: toPem(jwk),
  }),
  sign: signPadded,
  header: {
    typ: 'JWT',
    kid: KID,
    signer: SIGNER,
    iss: ISSUER,
    client: 'load-balancer',
    exp: TIMES.exp,
  },
  claims: { sub: '1234567890', name: 'name', email: 'alias@example.com' },
  subject: '1234567890',
  accepted: {
    'claims of the user that say otherwise': {
      claims: { iss: 'https://other.example', client_id: 'other', exp: NOW - 1, azp: 'other' },
      subject: '1234567890',
    },
    'claims of another length, with other padding': {
      claims: { name: 'nam' },
      subject: '1234567890',
    },
  },
  expired: { header: { exp: NOW - 3600 } },
  rejected: {
    'a token of a load balancer of another account, which has the same keys': {
      header: { signer: SIGNER.replace('123456789012', '999999999999') },
      reason: 'another load balancer signed the token',
    },
    'a token without a signer': {
      header: { signer: undefined },
      reason: 'another load balancer signed the token',
    },
    'a token of another client of the identity provider': {
      header: { client: 'other' },
      reason: 'the token was issued to another client',
    },
    'a token of another identity provider': {
      header: { iss: 'https://other.example' },
      reason: 'the issuer is not accepted',
    },
    'a token without a time of expiry': { header: { exp: undefined }, reason: '"exp" is missing' },
    'a kid that is a path': {
      header: { kid: '../../evil' },
      reason: 'the issuer has no key for this token',
    },
    'another algorithm': { header: { alg: 'HS256' }, reason: 'the algorithm is not allowed' },
    'a user without a subject': {
      claims: { sub: undefined },
      reason: 'the token has no subject',
    },
  },
});

test.each([
  [{ ...valid, signers: undefined }, 'signers must be a name or a list of names'],
  [{ ...valid, signers: 'web' }, 'signers must be ARNs of application load balancers'],
  [{ ...valid, signers: [SIGNER, SIGNER.replace('us-east-1', 'eu-west-1')] }, 'of one region'],
  [{ ...valid, issuer: '' }, 'issuer must be a string without white space'],
  [{ ...valid, clientIds: [] }, 'clientIds must be a name or a list of names'],
  [{ ...valid, signer: SIGNER }, 'unknown option "signer" in createAwsAlbVerifier'],
])('createAwsAlbVerifier rejects %o', (options, message) => {
  expect(() => createAwsAlbVerifier(options as typeof valid)).toThrow(message);
});

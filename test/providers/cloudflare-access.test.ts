import { cloudflareAccess } from '@mandate/core/providers';
import { createTokenFinder } from '@mandate/core/token-places';
import { expect, test } from 'vitest';
import { TIMES, testProvider, UNKNOWN_ISSUER, WRONG_AUDIENCE } from './test-provider.js';

const AUDIENCE = '32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228';

testProvider({
  name: 'Cloudflare Access',
  faults: {
    client: 'a token for another application of the team',
    tenant: 'a token of another team',
    idToken: 'the global session of the team',
    audience: 'a token for another application of the team',
  },
  page: 'https://developers.cloudflare.com/cloudflare-one/identity/authorization-cookie/application-token',
  place: 'cf-access-jwt-assertion',
  guard: { token: createTokenFinder([{ header: 'cf-access-jwt-assertion' }]) },
  configure: () =>
    cloudflareAccess({ teamDomain: 'yourteam.cloudflareaccess.com', audience: AUDIENCE }),
  documents: (jwk) => ({
    'https://yourteam.cloudflareaccess.com/cdn-cgi/access/certs': {
      keys: [jwk],
      public_cert: { kid: 'x', cert: '-----BEGIN CERTIFICATE-----' },
      public_certs: [{ kid: 'x', cert: '-----BEGIN CERTIFICATE-----' }],
    },
  }),
  header: { typ: 'JWT' },
  claims: {
    aud: [AUDIENCE],
    email: 'user@example.com',
    ...TIMES,
    nbf: TIMES.iat,
    iss: 'https://yourteam.cloudflareaccess.com',
    type: 'app',
    identity_nonce: '6ei69kawdKzMIAPF',
    sub: '7335d417-61da-459d-899c-0a01c76a2f94',
    country: 'US',
  },
  subject: '7335d417-61da-459d-899c-0a01c76a2f94',
  accepted: {
    'a service token': {
      claims: {
        sub: '',
        common_name: 'e367826f93b8d71185e03fe518aff3b4.access',
        email: undefined,
        identity_nonce: undefined,
        country: undefined,
      },
      subject: 'e367826f93b8d71185e03fe518aff3b4.access',
    },
  },
  rejected: {
    'a token for another application of the team': {
      claims: { aud: ['97e2aae120121f902df8bc99fc345913'] },
      reason: WRONG_AUDIENCE,
    },
    'a token of another team': {
      claims: { iss: 'https://other.cloudflareaccess.com' },
      reason: UNKNOWN_ISSUER,
    },
    'the global session of the team': {
      claims: { type: 'org' },
      reason: 'the claim "type" is not app, so it is not an application token',
    },
    'a service token without a name': {
      claims: { sub: '', common_name: '' },
      reason: 'the token has no subject',
    },
    'a token without a subject, even with a name': {
      claims: { sub: undefined, common_name: 'a.access' },
      reason: 'the token has no subject',
    },
  },
});

const valid = { teamDomain: 'a.cloudflareaccess.com', audience: AUDIENCE };

test.each([
  [{ ...valid, teamDomain: 'https://a.cloudflareaccess.com' }, 'teamDomain must be a host name'],
  [{ ...valid, audience: null }, 'cloudflareAccess: audience must be a name or a list of names'],
  [{ ...valid, team: 'a' }, 'unknown option "team" in cloudflareAccess'],
])('cloudflareAccess rejects %o', (options, message) => {
  expect(() =>
    cloudflareAccess(options as unknown as Parameters<typeof cloudflareAccess>[0]),
  ).toThrow(message);
});

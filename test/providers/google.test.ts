import { google } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { TIMES, testProvider, UNKNOWN_ISSUER, WRONG_AUDIENCE } from './test-provider.js';

const CLIENT = '1234987819200.apps.googleusercontent.com';

const contract = {
  page: 'https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload',
  documents: (jwk: object) => ({ 'https://www.googleapis.com/oauth2/v3/certs': { keys: [jwk] } }),
  header: { typ: 'JWT' },
  claims: {
    iss: 'https://accounts.google.com',
    azp: CLIENT,
    aud: CLIENT,
    sub: '10769150350006150715113082367',
    at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q',
    hd: 'example.com',
    email: 'ada@example.com',
    email_verified: true,
    ...TIMES,
    nonce: '0394852-3190485-2490358',
  },
};

const rejected = {
  'a token of another application': {
    claims: { aud: 'other.apps.googleusercontent.com' },
    reason: WRONG_AUDIENCE,
  },
  'a token of another issuer': {
    claims: { iss: 'https://accounts.google.co' },
    reason: UNKNOWN_ISSUER,
  },
  'the token of a service account': {
    claims: { iss: 'robot@project.iam.gserviceaccount.com' },
    reason: UNKNOWN_ISSUER,
  },
  'a token without a time of expiry': { claims: { exp: undefined }, reason: '"exp" is missing' },
};

const faults = {
  client: 'a token of another application',
  tenant: 'a token of another issuer',
  idToken: 'none: applications send the ID token',
  audience: 'a token of another application',
};

testProvider({
  ...contract,
  faults,
  name: 'Google, one Workspace domain',
  configure: () => google({ clientIds: [CLIENT], hostedDomain: 'example.com' }),
  subject: '10769150350006150715113082367',
  accepted: {
    'a token with the old spelling of the issuer': {
      claims: { iss: 'accounts.google.com' },
      subject: '10769150350006150715113082367',
    },
  },
  rejected: {
    ...rejected,
    'a private account with an address of the domain': {
      claims: { hd: undefined },
      reason: 'the account belongs to another domain (hd)',
    },
    'a token without a subject': { claims: { sub: undefined }, reason: 'the token has no subject' },
  },
});

testProvider({
  ...contract,
  faults,
  name: 'Google, by e-mail address',
  configure: () => google({ clientIds: CLIENT, subject: 'email' }),
  subject: 'ada@example.com',
  accepted: {
    'a Gmail address': {
      claims: { hd: undefined, email: 'ada@gmail.com' },
      subject: 'ada@gmail.com',
    },
  },
  rejected: {
    ...rejected,
    'an address that is not verified': {
      claims: { email_verified: false },
      reason: 'the e-mail address is not verified (email_verified)',
    },
    'an address that Google verified once, and does not own': {
      claims: { hd: undefined },
      reason: 'Google is not the authority for the e-mail address',
    },
    'an address that only ends like one of Gmail': {
      claims: { hd: undefined, email: 'ada@notgmail.com' },
      reason: 'Google is not the authority for the e-mail address',
    },
  },
});

test.each([
  [{}, 'google: clientIds must be a name or a list of names'],
  [{ clientIds: 'a', hostedDomain: '' }, 'google: hostedDomain must be a string'],
  [{ clientIds: 'a', subject: 'name' }, "google: subject must be 'sub' or 'email'"],
  [{ clientIds: 'a', hd: 'a' }, 'unknown option "hd" in google'],
])('google rejects %o', (options, message) => {
  expect(() => google(options as Parameters<typeof google>[0])).toThrow(message);
});

import { adfs } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import {
  ANY_CLIENT,
  TIMES,
  testProvider,
  UNKNOWN_ISSUER,
  WRONG_AUDIENCE,
} from './test-provider.js';

const valid = { host: 'adfs.example.com', audience: 'https://api.example.com', subject: 'upn' };

testProvider({
  name: 'AD FS',
  faults: {
    client: ANY_CLIENT,
    tenant: 'a token of another federation service',
    idToken: 'an ID token, whose issuer is another URL',
    audience: 'a token for another API',
  },
  page: 'https://learn.microsoft.com/windows-server/identity/ad-fs/development/ad-fs-openid-connect-oauth-concepts',
  configure: () => adfs(valid),
  documents: (jwk) => ({ 'https://adfs.example.com/adfs/discovery/keys': { keys: [jwk] } }),
  header: { typ: 'JWT', x5t: 'qHtrcGm1-6a2mYtYQx5dQWWCZ3o' },
  claims: {
    aud: 'https://api.example.com',
    iss: 'http://adfs.example.com/adfs/services/trust',
    ...TIMES,
    upn: 'ada@example.com',
    group: 'staff',
    apptype: 'Confidential',
    appid: '6731de76-14a6-49ae-97bc-6eba6914391e',
    authmethod: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
    auth_time: '2026-09-21T13:32:20.000Z',
    ver: '1.0',
    scp: 'openid orders.read',
  },
  subject: 'ada@example.com',
  scopes: ['orders.read'],
  accepted: {
    'a token whose audience is a name without a scheme': {
      claims: { aud: 'microsoft:identityserver:https://api.example.com' },
      subject: 'ada@example.com',
    },
  },
  rejected: {
    'a token of another federation service': {
      claims: { iss: 'http://adfs.other.example/adfs/services/trust' },
      reason: UNKNOWN_ISSUER,
    },
    'an ID token, whose issuer is another URL': {
      claims: { iss: 'https://adfs.example.com/adfs', appid: undefined },
      reason: UNKNOWN_ISSUER,
    },
    'a token that names no client': {
      claims: { appid: undefined },
      reason: 'the token names no client (appid), so it is an ID token',
    },
    'a token for another API': { claims: { aud: 'https://other.example' }, reason: WRONG_AUDIENCE },
    'a token without the claim of the subject': {
      claims: { upn: undefined, sub: 'ada' },
      reason: 'the token has no subject',
    },
    'a token without the scope': {
      claims: { scp: 'openid' },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
  },
});

test.each([
  [{ ...valid, host: 'https://adfs.example.com' }, 'adfs: host must be a host name'],
  [{ ...valid, audience: null }, 'adfs: audience must be a name or a list of names'],
  [{ ...valid, subject: '' }, 'adfs: subject must be a name or a list of names'],
  [{ ...valid, domain: 'a' }, 'unknown option "domain" in adfs'],
])('adfs rejects %o', (options, message) => {
  expect(() => adfs(options as unknown as Parameters<typeof adfs>[0])).toThrow(message);
});

test('adfs reads one group as text, and several as a list', () => {
  const { groups } = adfs(valid);
  expect(groups?.({ group: 'staff' })).toBe('staff');
  expect(groups?.({ groups: ['staff', 'admins'] })).toEqual(['staff', 'admins']);
});

import { clerk } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { TIMES, testProvider, UNKNOWN_ISSUER } from './test-provider.js';

testProvider({
  name: 'Clerk',
  faults: {
    client: 'a token of another application on the same instance',
    tenant: 'a token of another instance',
    idToken: 'a token of a JWT template',
    audience: 'none: session tokens have no audience but their party',
  },
  page: 'https://clerk.com/docs/guides/sessions/session-tokens',
  configure: () =>
    clerk({ frontendApi: 'clerk.example.com', authorizedParties: ['https://example.com'] }),
  documents: (jwk) => ({ 'https://clerk.example.com/.well-known/jwks.json': { keys: [jwk] } }),
  header: { cat: 'cl_B7d4PD111AAA', typ: 'JWT' },
  claims: {
    azp: 'https://example.com',
    ...TIMES,
    nbf: TIMES.iat,
    fva: [7, -1],
    iss: 'https://clerk.example.com',
    sid: 'sess_2aaaaaaaaaaaaaaaaaaaaaaaaaa',
    sub: 'user_2bbbbbbbbbbbbbbbbbbbbbbbbbb',
    v: 2,
    sts: 'active',
    o: { id: 'org_123', slg: 'org-slug', rol: 'admin', per: 'read,manage', fpm: '3' },
    fea: 'o:dashboard',
  },
  subject: 'user_2bbbbbbbbbbbbbbbbbbbbbbbbbb',
  accepted: {
    'a token of version 1': {
      claims: { v: undefined, sts: undefined, o: undefined, org_id: 'org_123' },
      subject: 'user_2bbbbbbbbbbbbbbbbbbbbbbbbbb',
    },
  },
  rejected: {
    'a token of another application on the same instance': {
      claims: { azp: 'https://blog.example.com' },
      reason: 'the token was issued to another party (azp)',
    },
    'a token without a party': {
      claims: { azp: undefined },
      reason: 'the token was issued to another party (azp)',
    },
    'a token of another instance': {
      claims: { iss: 'https://clerk.other.example' },
      reason: UNKNOWN_ISSUER,
    },
    'a pending session': { claims: { sts: 'pending' }, reason: 'the session is pending (sts)' },
    'a token of a JWT template': {
      claims: { sid: undefined },
      reason: 'the token belongs to no session (sid)',
    },
    'a token that is not valid yet': {
      claims: { nbf: TIMES.exp },
      reason: 'the token is not valid yet',
    },
  },
});

const valid = { frontendApi: 'clerk.example.com', authorizedParties: ['https://example.com'] };

test.each([
  [{ frontendApi: valid.frontendApi }, 'clerk: authorizedParties must be a name or a list'],
  [{ ...valid, authorizedParties: [] }, 'clerk: authorizedParties must be a name or a list'],
  [{ ...valid, authorizedParties: ['*'] }, 'clerk: authorizedParties must be origins'],
  [{ ...valid, authorizedParties: 'https://example.com/' }, 'clerk: authorizedParties must be'],
  [{ ...valid, frontendApi: 'https://a' }, 'clerk: frontendApi must be a host name'],
  [{ ...valid, audience: 'a' }, 'unknown option "audience" in clerk'],
])('clerk rejects %o', (options, message) => {
  expect(() => clerk(options as Parameters<typeof clerk>[0])).toThrow(message);
});

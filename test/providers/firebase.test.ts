import { firebase } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { TIMES, testProvider, UNKNOWN_ISSUER, WRONG_AUDIENCE } from './test-provider.js';

const contract = {
  page: 'https://firebase.google.com/docs/auth/admin/verify-id-tokens',
  documents: (jwk: object) => ({
    'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com': {
      keys: [jwk],
    },
  }),
  header: { typ: 'JWT' },
  claims: {
    iss: 'https://securetoken.google.com/my-project',
    aud: 'my-project',
    auth_time: TIMES.iat,
    user_id: 'Wkx9l6Ab3VZ0pQ',
    sub: 'Wkx9l6Ab3VZ0pQ',
    ...TIMES,
    email: 'ada@example.com',
    email_verified: true,
    firebase: { identities: { email: ['ada@example.com'] }, sign_in_provider: 'password' },
  },
};

const rejected = {
  'a token of another project': {
    claims: { iss: 'https://securetoken.google.com/other', aud: 'other' },
    reason: UNKNOWN_ISSUER,
  },
  'a token for another audience': { claims: { aud: 'other' }, reason: WRONG_AUDIENCE },
  'a custom token, which is for the client': {
    claims: { iss: 'firebase-adminsdk@my-project.iam.gserviceaccount.com' },
    reason: UNKNOWN_ISSUER,
  },
  'a session cookie': {
    claims: { iss: 'https://session.firebase.google.com/my-project' },
    reason: UNKNOWN_ISSUER,
  },
  'an anonymous user': {
    claims: { firebase: { identities: {}, sign_in_provider: 'anonymous' } },
    code: 'anonymous_not_allowed' as const,
    reason: 'the endpoint does not serve ANONYMOUS tokens',
  },
  'the user of a tenant': {
    claims: { firebase: { sign_in_provider: 'password', tenant: 'customer-1' } },
    reason: 'the user belongs to another tenant (firebase.tenant)',
  },
};

const faults = {
  client: 'a token of another project',
  tenant: 'a token of another project',
  idToken: 'a custom token, which is for the client',
  audience: 'a token for another audience',
};

testProvider({
  ...contract,
  faults,
  name: 'Firebase',
  configure: () => firebase({ projectId: 'my-project' }),
  subject: 'Wkx9l6Ab3VZ0pQ',
  rejected: {
    ...rejected,
    'no subject': { claims: { sub: '' }, reason: 'the token has no subject' },
  },
});

testProvider({
  ...contract,
  faults,
  name: 'Firebase, by e-mail address',
  configure: () => firebase({ projectId: 'my-project', subject: 'email' }),
  subject: 'ada@example.com',
  rejected: {
    ...rejected,
    'an address that is not verified': {
      claims: { email_verified: false },
      reason: 'the e-mail address is not verified (email_verified)',
    },
  },
});

testProvider({
  ...contract,
  faults,
  name: 'Firebase, one tenant of Identity Platform',
  page: 'https://cloud.google.com/identity-platform/docs/multi-tenancy-authentication',
  configure: () => firebase({ projectId: 'my-project', tenant: 'customer-1' }),
  claims: {
    ...contract.claims,
    firebase: { sign_in_provider: 'password', tenant: 'customer-1' },
  },
  subject: 'Wkx9l6Ab3VZ0pQ',
  rejected: {
    ...rejected,
    'the user of a tenant': {
      claims: { firebase: { sign_in_provider: 'password', tenant: 'customer-2' } },
      reason: 'the user belongs to another tenant (firebase.tenant)',
    },
    'an anonymous user': {
      claims: { firebase: { sign_in_provider: 'anonymous', tenant: 'customer-1' } },
      code: 'anonymous_not_allowed',
      reason: 'the endpoint does not serve ANONYMOUS tokens',
    },
    'a user of the project': {
      claims: { firebase: { sign_in_provider: 'password' } },
      reason: 'the user belongs to another tenant (firebase.tenant)',
    },
  },
});

test.each([
  [{}, 'firebase: projectId must be the ID of a project'],
  [{ projectId: 'https://x' }, 'firebase: projectId must be the ID of a project'],
  [{ projectId: 'a', tenant: '' }, 'firebase: tenant must be a string'],
  [{ projectId: 'a', subject: 'uid' }, "firebase: subject must be 'sub' or 'email'"],
  [{ project: 'a' }, 'unknown option "project" in firebase; did you mean "projectId"?'],
])('firebase rejects %o', (options, message) => {
  expect(() => firebase(options as Parameters<typeof firebase>[0])).toThrow(message);
});

import { workos } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { TIMES, testProvider, UNKNOWN_ISSUER } from './test-provider.js';

const CLIENT = 'client_123456789';

testProvider({
  name: 'WorkOS AuthKit',
  faults: {
    client: 'a token of another client',
    tenant: 'a token of another environment',
    idToken: 'a token of an application instead of a session',
    audience: 'none: session tokens have no audience but their key set',
  },
  page: 'https://workos.com/docs/reference/authkit/session-tokens',
  configure: () => workos({ clientId: CLIENT }),
  documents: (jwk) => ({ [`https://api.workos.com/sso/jwks/${CLIENT}`]: { keys: [jwk] } }),
  header: {},
  claims: {
    iss: 'https://api.workos.com',
    sub: 'user_01HBEQKA6K4QJAS93VPE39W1JT',
    org_id: 'org_01HRDMC6CM357W30QMHMQ96Q0S',
    role: 'member',
    roles: ['member'],
    permissions: ['posts:read', 'posts:write'],
    entitlements: ['audit-logs'],
    sid: 'session_01HQSXZGF8FHF7A9ZZFCW4387R',
    jti: '01HQSXZXPPFPKMDD32RKTFY6PV',
    ...TIMES,
  },
  subject: 'user_01HBEQKA6K4QJAS93VPE39W1JT',
  scopes: ['posts:read'],
  accepted: {
    'a token whose issuer names the environment': {
      claims: { iss: `https://api.workos.com/user_management/${CLIENT}`, client_id: CLIENT },
      subject: 'user_01HBEQKA6K4QJAS93VPE39W1JT',
    },
    'a token of an impersonated user': {
      claims: { act: { sub: 'admin@foocorp.com' } },
      subject: 'user_01HBEQKA6K4QJAS93VPE39W1JT',
    },
  },
  rejected: {
    'a token of another environment': {
      claims: { iss: 'https://api.workos.com/user_management/client_9' },
      reason: UNKNOWN_ISSUER,
    },
    'a token that the key set of the environment does not know': {
      header: { kid: 'sso_oidc_key_pair_other' },
      reason: 'the issuer has no key for this token',
    },
    'a token of another client': {
      claims: { client_id: 'client_9' },
      reason: 'the token was issued to another client',
    },
    'a token of an application instead of a session': {
      claims: { sid: undefined, sub: 'client_m2m' },
      reason: 'the token belongs to no session (sid)',
    },
    'a user without the permission': {
      claims: { permissions: [], scope: 'posts:read' },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
    'an actor without a name': { claims: { act: {} }, reason: '"act" names no actor' },
  },
});

test.each([
  [{}, 'workos: clientId must be the client ID of an environment'],
  [{ clientId: 'sk_test_1' }, 'workos: clientId must be the client ID of an environment'],
  [{ clientId: CLIENT, domain: 'https://a' }, 'workos: domain must be a host name'],
  [{ client: CLIENT }, 'unknown option "client" in workos; did you mean "clientId"?'],
])('workos rejects %o', (options, message) => {
  expect(() => workos(options as Parameters<typeof workos>[0])).toThrow(message);
});

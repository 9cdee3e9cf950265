import { cognito } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { TIMES, testProvider } from './test-provider.js';

const ISSUER = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE';

testProvider({
  name: 'Amazon Cognito',
  faults: {
    client: 'a token of another app client',
    tenant: 'a token of another user pool',
    idToken: 'an ID token that names a client',
    audience: 'none: access tokens have no audience',
  },
  page: 'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html',
  configure: () => cognito({ userPoolId: 'us-east-1_EXAMPLE', clientIds: ['1example23456789'] }),
  documents: (jwk) => ({ [`${ISSUER}/.well-known/jwks.json`]: { keys: [jwk] } }),
  header: {},
  claims: {
    sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    'cognito:groups': ['testgroup'],
    iss: ISSUER,
    version: 2,
    client_id: '1example23456789',
    origin_jti: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    event_id: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    token_use: 'access',
    scope: 'phone openid orders/read',
    auth_time: TIMES.iat,
    ...TIMES,
    jti: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    username: 'my-test-user',
  },
  subject: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
  scopes: ['orders/read'],
  accepted: {
    'a token of client credentials': {
      claims: { sub: '1example23456789', username: undefined, 'cognito:groups': undefined },
      subject: '1example23456789',
    },
  },
  rejected: {
    'a token of another app client': {
      claims: { client_id: '9other87654321' },
      reason: 'the token was issued to another client',
    },
    'a token of another user pool': {
      claims: { iss: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_OTHER' },
      reason: 'no verifier accepts the token: its issuer or its form is unknown',
    },
    'an ID token': {
      claims: { token_use: 'id', aud: '1example23456789', client_id: undefined },
      reason: 'the token names no client (azp, client_id, cid, appid)',
    },
    'an ID token that names a client': {
      claims: { token_use: 'id', aud: '1example23456789' },
      reason: '"token_use" is not "access", so it is not an access token',
    },
    'a token without the scope': {
      claims: { scope: 'aws.cognito.signin.user.admin' },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
    'a token for another type of use': {
      header: { typ: 'secevent+jwt' },
      reason: 'the type of the token is not accepted',
    },
  },
});

const valid = { userPoolId: 'us-east-1_EXAMPLE', clientIds: ['a'] };

test.each([
  [{ ...valid, userPoolId: 'EXAMPLE' }, 'cognito: userPoolId must be the ID of a user pool'],
  [{ userPoolId: valid.userPoolId }, 'cognito: clientIds must be a name or a list of names'],
  [{ ...valid, clientIds: [] }, 'cognito: clientIds must be a name or a list of names'],
  [{ ...valid, clientIds: [undefined] }, 'cognito: clientIds must be a name or a list of names'],
  [{ ...valid, clientId: 'a' }, 'unknown option "clientId" in cognito; did you mean "clientIds"?'],
])('cognito rejects %o', (options, message) => {
  expect(() => cognito(options as Parameters<typeof cognito>[0])).toThrow(message);
});

test.each([
  [
    'us-gov-west-1_EXAMPLE',
    'https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_EXAMPLE',
  ],
  // https://docs.aws.amazon.com/general/latest/gr/cognito_identity.html
  ['cn-north-1_EXAMPLE', 'https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_EXAMPLE'],
])('cognito knows the partition of %s', (userPoolId, issuer) => {
  expect(cognito({ userPoolId, clientIds: 'a' }).issuer).toBe(issuer);
});

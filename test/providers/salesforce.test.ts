import { salesforce } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { TIMES, testProvider, UNKNOWN_ISSUER, WRONG_AUDIENCE } from './test-provider.js';

const ISSUER = 'https://example.my.salesforce.com';
const CLIENT = '3MVG9AOp4kbriZOLEXAMPLE';

testProvider({
  name: 'Salesforce',
  faults: {
    client: 'a token of another app',
    tenant: 'a token of another org',
    idToken: 'an ID token with the audience of the org',
    audience: 'a token for another audience',
  },
  page: 'https://help.salesforce.com/s/articleView?id=xcloud.jwt_access_tokens.htm',
  configure: () => salesforce({ domain: 'example.my.salesforce.com', clientIds: [CLIENT] }),
  documents: (jwk) => ({ [`${ISSUER}/id/keys`]: { keys: [jwk] } }),
  header: {
    typ: 'JWT',
    tty: 'sfdc-core-token',
    tnk: 'core/prod/00Dxx0000000000000',
    ver: '1.0',
  },
  claims: {
    scp: 'api refresh_token',
    aud: [ISSUER],
    sub: 'uid:005xx000001Sv6AAAS',
    nbf: TIMES.iat,
    mty: 'oauth',
    sfi: 'f3f9c6d19d5f4f6e',
    roles: [],
    iss: ISSUER,
    hsc: false,
    ...TIMES,
    client_id: CLIENT,
  },
  subject: 'uid:005xx000001Sv6AAAS',
  scopes: ['api'],
  rejected: {
    'a token of another app': {
      claims: { client_id: '3MVG9OTHER' },
      reason: 'the token was issued to another client',
    },
    'a token of another org': {
      claims: { iss: 'https://other.my.salesforce.com' },
      reason: UNKNOWN_ISSUER,
    },
    'an ID token': {
      header: { tty: undefined },
      claims: { client_id: undefined, aud: CLIENT },
      reason: WRONG_AUDIENCE,
    },
    'an ID token with the audience of the org': {
      claims: { client_id: undefined },
      reason: 'the token names no client (azp, client_id, cid, appid)',
    },
    'a token for another audience': {
      claims: { aud: ['https://other.example'] },
      reason: WRONG_AUDIENCE,
    },
    'a token without the scope': {
      claims: { scp: 'openid' },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
  },
});

const valid = { domain: 'example.my.salesforce.com', clientIds: 'a' };

test.each([
  [{ ...valid, domain: ISSUER }, 'salesforce: domain must be a host name'],
  [{ domain: valid.domain }, 'salesforce: clientIds must be a name or a list of names'],
  [{ ...valid, audience: [] }, 'salesforce: audience must be a name or a list of names'],
  [{ ...valid, client: 'a' }, 'unknown option "client" in salesforce'],
])('salesforce rejects %o', (options, message) => {
  expect(() => salesforce(options as Parameters<typeof salesforce>[0])).toThrow(message);
});

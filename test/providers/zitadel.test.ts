import { zitadel } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import {
  ANY_CLIENT,
  TIMES,
  testProvider,
  UNKNOWN_ISSUER,
  WRONG_AUDIENCE,
} from './test-provider.js';

const PROJECT = '69234237810729019';
const ORGANIZATION = '123456788619902352';
const ROLES = `urn:zitadel:iam:org:project:${PROJECT}:roles`;
const valid = {
  domain: 'example-abc123.zitadel.cloud',
  projectId: PROJECT,
  organizationId: ORGANIZATION,
};

testProvider({
  name: 'ZITADEL',
  faults: {
    client: ANY_CLIENT,
    tenant: 'a token of another instance',
    idToken: 'an ID token, which has the same audience',
    audience: 'a token for another project',
  },
  page: 'https://zitadel.com/docs/apis/openidoauth/claims',
  configure: () => zitadel(valid),
  documents: (jwk) => ({ [`https://${valid.domain}/oauth/v2/keys`]: { keys: [jwk] } }),
  header: { typ: 'JWT' },
  claims: {
    iss: `https://${valid.domain}`,
    sub: '77776025198584418',
    aud: ['69234237813329049@acme', '77776025198584400', PROJECT],
    azp: '69234237813329049@acme',
    ...TIMES,
    nbf: TIMES.iat,
    jti: '69234237813329048',
    [ROLES]: { 'orders:read': { [ORGANIZATION]: 'acme.zitadel.cloud' } },
    'urn:zitadel:iam:org:project:roles': { admin: { [ORGANIZATION]: 'acme.zitadel.cloud' } },
  },
  subject: '77776025198584418',
  scopes: ['orders:read'],
  rejected: {
    'a token of another instance': {
      claims: { iss: 'https://other.zitadel.cloud' },
      reason: UNKNOWN_ISSUER,
    },
    'a token for another project': {
      claims: { aud: ['69234237813329049@acme', '1'] },
      reason: WRONG_AUDIENCE,
    },
    'an ID token, which has the same audience': {
      claims: { jti: undefined, amr: ['pwd'], at_hash: 'Y3Qx' },
      reason: 'the token has no "jti", so it is an ID token',
    },
    'a role of another project': {
      claims: {
        [ROLES]: undefined,
        'urn:zitadel:iam:org:project:1:roles': { 'orders:read': { [ORGANIZATION]: 'a' } },
      },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
    'a role that another organization granted': {
      claims: { [ROLES]: { 'orders:read': { '999': 'other.zitadel.cloud' } } },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
    'a role of a name that objects inherit': {
      claims: { [ROLES]: { 'orders:read': 'constructor' } },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
  },
});

test.each([
  [{ ...valid, domain: 'https://a' }, 'zitadel: domain must be a host name'],
  [{ ...valid, projectId: 'orders' }, 'zitadel: projectId must be an ID'],
  [{ ...valid, organizationId: '' }, 'zitadel: organizationId must be an ID'],
  [{ ...valid, project: '1' }, 'unknown option "project" in zitadel; did you mean "projectId"?'],
])('zitadel rejects %o', (options, message) => {
  expect(() => zitadel(options as Parameters<typeof zitadel>[0])).toThrow(message);
});

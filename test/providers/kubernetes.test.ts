import { kubernetes } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { TIMES, testProvider, UNKNOWN_ISSUER, WRONG_AUDIENCE } from './test-provider.js';

const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const SUBJECT = 'system:serviceaccount:shop:web';
const pod = { name: 'web-0', uid: 'bd7c1f0c-6a4a-4a55-8f5f-1c1e8b2a9f00' };
const toAccount = (namespace: string, name: string) => ({
  sub: `system:serviceaccount:${namespace}:${name}`,
  'kubernetes.io': { namespace, pod, serviceaccount: { name, uid: 'a087d5a0' } },
});
const valid = { issuer: ISSUER, audience: 'orders', serviceAccounts: ['shop/web'] };

testProvider({
  name: 'Kubernetes',
  faults: {
    client: 'another account of the namespace',
    tenant: 'the token of another cluster',
    idToken: 'none: service accounts have one kind',
    audience: 'a token for the API server',
  },
  page: 'https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#schema-for-service-account-private-claims',
  configure: () => kubernetes({ ...valid, namespaces: ['billing'] }),
  documents: (jwk) => ({
    [`${ISSUER}/.well-known/openid-configuration`]: {
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/openid/v1/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    },
    [`${ISSUER}/openid/v1/jwks`]: { keys: [jwk] },
  }),
  header: {},
  claims: {
    aud: ['orders'],
    ...TIMES,
    nbf: TIMES.iat,
    iss: ISSUER,
    jti: 'aed34954-b33a-4142-b1ec-389d6bbb4936',
    ...toAccount('shop', 'web'),
  },
  subject: SUBJECT,
  accepted: {
    'an account of a namespace that is accepted': {
      claims: toAccount('billing', 'worker'),
      subject: 'system:serviceaccount:billing:worker',
    },
  },
  rejected: {
    'another account of the namespace': {
      claims: toAccount('shop', 'default'),
      reason: 'the service account of the token is not accepted',
    },
    'an account of the same name in another namespace': {
      claims: toAccount('dev', 'web'),
      reason: 'the service account of the token is not accepted',
    },
    'the token of another cluster': {
      claims: { iss: 'https://kubernetes.default.svc' },
      reason: UNKNOWN_ISSUER,
    },
    'a token for the API server': { claims: { aud: [ISSUER] }, reason: WRONG_AUDIENCE },
    'a token of a secret, which never expires': {
      claims: { exp: undefined },
      reason: '"exp" is missing',
    },
    'a subject that is not the account': {
      claims: { sub: 'system:serviceaccount:shop:admin' },
      reason: 'the token is not one of a service account',
    },
    'a token without an account': {
      claims: { 'kubernetes.io': undefined },
      reason: 'the token is not one of a service account',
    },
  },
});

const required = 'kubernetes: serviceAccounts or namespaces is required';

test.each([
  [{ issuer: ISSUER, audience: 'a' }, required],
  [{ ...valid, issuer: 'kubernetes/serviceaccount' }, 'kubernetes: issuer is not a valid URL'],
  [{ ...valid, audience: undefined }, 'kubernetes: audience must be a name or a list of names'],
  [{ ...valid, serviceAccounts: ['web'] }, 'serviceAccounts must be namespace/name'],
  [{ ...valid, serviceAccounts: ['shop/*'] }, 'serviceAccounts must be namespace/name'],
  [{ ...valid, namespaces: [] }, 'kubernetes: namespaces must be a name or a list of names'],
  [{ ...valid, namespace: 'a' }, 'unknown option "namespace" in kubernetes'],
])('kubernetes rejects %o', (options, message) => {
  expect(() => kubernetes(options as Parameters<typeof kubernetes>[0])).toThrow(message);
});

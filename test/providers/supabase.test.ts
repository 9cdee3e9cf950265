import { supabase } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { signSegments, signWithSecret } from '../support/tokens.js';
import { TIMES, testProvider, UNKNOWN_ISSUER, WRONG_AUDIENCE } from './test-provider.js';

const HOST = 'abcdefghijklmnopqrst.supabase.co';
const SECRET = 'super-secret-jwt-token-with-at-least-32-characters-long';
const SUBJECT = '123e4567-e89b-12d3-a456-426614174000';

const contract = {
  page: 'https://supabase.com/docs/guides/auth/jwt-fields',
  alg: 'ES256' as const,
  documents: (jwk: object) => ({
    [`https://${HOST}/auth/v1/.well-known/jwks.json`]: {
      keys: [{ ...jwk, key_ops: ['verify'], ext: true }],
    },
  }),
  header: { typ: 'JWT' },
  claims: {
    aal: 'aal1',
    amr: [{ method: 'password', timestamp: TIMES.iat }],
    app_metadata: { provider: 'email' },
    aud: 'authenticated',
    email: 'user@example.com',
    ...TIMES,
    is_anonymous: false,
    iss: `https://${HOST}/auth/v1`,
    phone: '',
    role: 'authenticated',
    session_id: '123e4567-e89b-12d3-a456-426614174001',
    sub: SUBJECT,
  },
  subject: SUBJECT,
};

const rejected = {
  'a token of another project': {
    claims: { iss: 'https://zzzzzzzzzzzzzzzzzzzz.supabase.co/auth/v1' },
    reason: UNKNOWN_ISSUER,
  },
  'a token for another audience': { claims: { aud: 'anon' }, reason: WRONG_AUDIENCE },
  'the role of the service': {
    claims: { role: 'service_role' },
    reason: '"role" is not "authenticated"',
  },
  'a token without a session': {
    claims: { session_id: undefined },
    reason: 'the token belongs to no session (session_id)',
  },
  'a user who signed in anonymously': {
    claims: { is_anonymous: true },
    code: 'anonymous_not_allowed' as const,
    reason: 'the endpoint does not serve ANONYMOUS tokens',
  },
};

const faults = {
  client: 'none: any application of the project can log a user in',
  tenant: 'a token of another project',
  idToken: 'the role of the service',
  audience: 'a token for another audience',
};

testProvider({
  ...contract,
  faults,
  name: 'Supabase with signing keys',
  configure: () => supabase({ host: HOST }),
  rejected: {
    ...rejected,
    'the legacy algorithm': { header: { alg: 'HS256' }, reason: 'the algorithm is not allowed' },
  },
});

testProvider({
  ...contract,
  faults,
  name: 'Supabase with signing keys and the legacy secret',
  configure: () => supabase({ host: HOST, secret: SECRET }),
  sign: (header, claims, key) =>
    header['alg'] === 'HS256'
      ? signWithSecret(claims, new TextEncoder().encode(SECRET), { ...header, alg: 'HS256' })
      : signSegments(header, claims, key),
  accepted: { 'a token of the legacy secret': { header: { alg: 'HS256' }, subject: SUBJECT } },
  rejected: {
    ...rejected,
    'the anon key of the project': {
      header: { alg: 'HS256' },
      claims: {
        iss: 'supabase',
        ref: 'abcdefghijklmnopqrst',
        role: 'anon',
        aud: undefined,
        sub: undefined,
        session_id: undefined,
      },
      reason: UNKNOWN_ISSUER,
    },
    'the service key, even with the issuer of the project': {
      header: { alg: 'HS256' },
      claims: { role: 'service_role', session_id: undefined },
      reason: '"role" is not "authenticated"',
    },
  },
});

test.each([
  [{ host: `https://${HOST}` }, 'supabase: host must be a host name'],
  [{ host: HOST, secret: '' }, 'supabase: secret must be a string'],
  [{ url: HOST }, 'unknown option "url" in supabase'],
])('supabase rejects %o', (options, message) => {
  expect(() => supabase(options as unknown as Parameters<typeof supabase>[0])).toThrow(message);
});

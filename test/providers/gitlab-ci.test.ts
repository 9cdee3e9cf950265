import { gitlabCi } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { TIMES, testProvider, UNKNOWN_ISSUER, WRONG_AUDIENCE } from './test-provider.js';

const SUBJECT = 'project_path:my-group/my-project:ref_type:branch:ref:main';
const options = {
  audience: 'https://deploy.example.com',
  projects: ['my-group/my-project'],
  refs: ['main'],
  protectedOnly: true,
};

testProvider({
  name: 'GitLab CI',
  faults: {
    client: 'a job of another project, which can ask for the same audience',
    tenant: 'another instance',
    idToken: 'the ID token of a person who logs in with GitLab',
    audience: 'another audience',
  },
  page: 'https://docs.gitlab.com/ci/secrets/id_token_authentication/#token-payload',
  configure: () => gitlabCi(options),
  documents: (jwk) => ({ 'https://gitlab.com/oauth/discovery/keys': { keys: [jwk] } }),
  header: { typ: 'JWT' },
  claims: {
    namespace_id: '72',
    namespace_path: 'my-group',
    project_id: '20',
    project_path: 'my-group/my-project',
    user_id: '1',
    user_login: 'sample-user',
    user_email: 'sample-user@example.com',
    pipeline_id: '574',
    pipeline_source: 'push',
    job_id: '302',
    ref: 'main',
    ref_type: 'branch',
    ref_path: 'refs/heads/main',
    ref_protected: 'true',
    runner_id: 1,
    runner_environment: 'self-hosted',
    sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
    project_visibility: 'public',
    jti: '235b3a54-b797-45c7-ae9a-f72d7bc6ef5b',
    ...TIMES,
    nbf: TIMES.iat,
    iss: 'https://gitlab.com',
    sub: SUBJECT,
    aud: 'https://deploy.example.com',
  },
  subject: SUBJECT,
  rejected: {
    'a job of another project, which can ask for the same audience': {
      claims: { project_path: 'other/my-project' },
      reason: '"project_path" has a value that is not accepted',
    },
    'the ID token of a person who logs in with GitLab': {
      claims: { project_path: undefined, ref: undefined, sub: '1' },
      reason: '"project_path" has a value that is not accepted',
    },
    'another branch': {
      claims: { ref: 'feature' },
      reason: '"ref" has a value that is not accepted',
    },
    'a branch that is not protected': {
      claims: { ref_protected: 'false' },
      reason: '"ref_protected" has a value that is not accepted',
    },
    'another audience': { claims: { aud: 'https://vault.example.com' }, reason: WRONG_AUDIENCE },
    'another instance': { claims: { iss: 'https://gitlab.example.com' }, reason: UNKNOWN_ISSUER },
  },
});

const required = 'gitlabCi: projects or namespaces is required';

test.each([
  [{ audience: 'a' }, required],
  [{ audience: 'a', refs: 'main' }, required],
  [{ projects: 'a/b' }, 'gitlabCi: audience must be a name or a list of names'],
  [{ audience: 'a', namespaces: [] }, 'gitlabCi: namespaces must be a name or a list of names'],
  [{ ...options, host: 'https://gitlab.com' }, 'gitlabCi: host must be a host name'],
  [{ ...options, protectedOnly: 'true' }, 'gitlabCi: protectedOnly must be true or false'],
  [{ ...options, project: 'a' }, 'unknown option "project" in gitlabCi'],
])('gitlabCi rejects %o', (wrong, message) => {
  expect(() => gitlabCi(wrong as Parameters<typeof gitlabCi>[0])).toThrow(message);
});

test('gitlabCi does not take a subgroup for its group', () => {
  const { refuseClaims, issuer } = gitlabCi({
    audience: 'a',
    namespaces: 'my-group',
    host: 'gitlab.example.com',
  });
  expect(issuer).toBe('https://gitlab.example.com');
  expect(refuseClaims?.({ namespace_path: 'my-group' })).toBe(undefined);
  expect(refuseClaims?.({ namespace_path: 'my-group/sub' })).toMatch('"namespace_path"');
});

import { githubActions } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { TIMES, testProvider, UNKNOWN_ISSUER, WRONG_AUDIENCE } from './test-provider.js';

const ISSUER = 'https://token.actions.githubusercontent.com';
const SUBJECT = 'repo:octo-org/octo-repo:environment:prod';
const options = {
  audience: 'https://deploy.example.com',
  repositories: ['octo-org/octo-repo'],
  refs: ['refs/heads/main'],
  environments: ['prod'],
};

testProvider({
  name: 'GitHub Actions',
  faults: {
    client: 'a workflow of another repository, which can ask for the same audience',
    tenant: 'a token of a server of its own',
    idToken: 'none: workflows have one kind',
    audience: 'the default audience',
  },
  page: 'https://docs.github.com/actions/reference/security/oidc',
  configure: () => githubActions(options),
  documents: (jwk) => ({ [`${ISSUER}/.well-known/jwks`]: { keys: [jwk] } }),
  header: { typ: 'JWT', x5t: 'example-thumbprint' },
  claims: {
    jti: 'example-id',
    sub: SUBJECT,
    environment: 'prod',
    aud: 'https://deploy.example.com',
    ref: 'refs/heads/main',
    sha: 'example-sha',
    repository: 'octo-org/octo-repo',
    repository_owner: 'octo-org',
    actor_id: '12',
    repository_visibility: 'private',
    repository_id: '74',
    repository_owner_id: '65',
    run_id: 'example-run-id',
    actor: 'octocat',
    workflow: 'example-workflow',
    event_name: 'workflow_dispatch',
    ref_type: 'branch',
    job_workflow_ref: 'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main',
    iss: ISSUER,
    nbf: TIMES.iat,
    ...TIMES,
  },
  subject: SUBJECT,
  rejected: {
    'a workflow of another repository, which can ask for the same audience': {
      claims: { repository: 'octo-org/other', sub: SUBJECT },
      reason: '"repository" has a value that is not accepted',
    },
    'a repository of the same name in other hands': {
      claims: { repository: 'evil-org/octo-repo' },
      reason: '"repository" has a value that is not accepted',
    },
    'a branch that everyone can push': {
      claims: { ref: 'refs/heads/feature' },
      reason: '"ref" has a value that is not accepted',
    },
    'a job without the environment': {
      claims: { environment: undefined },
      reason: '"environment" has a value that is not accepted',
    },
    'the default audience': {
      claims: { aud: 'https://github.com/octo-org' },
      reason: WRONG_AUDIENCE,
    },
    'a token of a server of its own': {
      claims: { iss: 'https://github.example.com/_services/token' },
      reason: UNKNOWN_ISSUER,
    },
  },
});

const required = 'githubActions: repositories or owners is required';

test.each([
  [{ audience: 'a' }, required],
  [{ audience: 'a', refs: 'refs/heads/main' }, required],
  [{ repositories: 'a/b' }, 'githubActions: audience must be a name or a list of names'],
  [{ audience: 'a', repositories: [] }, 'githubActions: repositories must be a name or a list'],
  [{ audience: 'a', repositories: 'a/*' }, 'githubActions: repositories must be owner/name'],
  [{ audience: 'a', owners: '' }, 'githubActions: owners must be a name or a list of names'],
  [{ audience: 'a', repository: 'a/b' }, 'unknown option "repository" in githubActions'],
])('githubActions rejects %o', (wrong, message) => {
  expect(() => githubActions(wrong as Parameters<typeof githubActions>[0])).toThrow(message);
});

test('githubActions rejects other owners', () => {
  const { refuseClaims } = githubActions({ audience: 'a', owners: 'octo-org' });
  expect(refuseClaims?.({ repository_owner: 'octo-org' })).toBe(undefined);
  expect(refuseClaims?.({ repository_owner: 'octo' })).toMatch('"repository_owner"');
});

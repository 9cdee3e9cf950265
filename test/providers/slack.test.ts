import { slack } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { TIMES, testProvider, UNKNOWN_ISSUER, WRONG_AUDIENCE } from './test-provider.js';

const CLIENT = '25259531569.1115258246291';

testProvider({
  name: 'Slack',
  faults: {
    client: 'a token of another app',
    tenant: 'a user of another workspace',
    idToken: 'none: applications send the ID token',
    audience: 'a token of another app',
  },
  page: 'https://docs.slack.dev/authentication/sign-in-with-slack/',
  configure: () => slack({ clientIds: [CLIENT], teams: ['T0R7GR2'] }),
  documents: (jwk) => ({ 'https://slack.com/openid/connect/keys': { keys: [jwk] } }),
  header: { typ: 'JWT' },
  claims: {
    iss: 'https://slack.com',
    sub: 'U123ABC456',
    aud: CLIENT,
    ...TIMES,
    auth_time: TIMES.iat,
    nonce: 'abcd',
    at_hash: 'abc...123',
    'https://slack.com/team_id': 'T0R7GR2',
    'https://slack.com/user_id': 'U123ABC456',
    email: 'alice@example.com',
    email_verified: true,
    date_email_verified: 1622128723,
    locale: 'en-US',
    name: 'Alice',
    'https://slack.com/team_domain': 'kraneflannel',
  },
  subject: 'T0R7GR2/U123ABC456',
  rejected: {
    'a token of another app': { claims: { aud: '1.2' }, reason: WRONG_AUDIENCE },
    'a token of another issuer': { claims: { iss: 'https://slack.dev' }, reason: UNKNOWN_ISSUER },
    'a user of another workspace': {
      claims: { 'https://slack.com/team_id': 'T999' },
      reason: 'the workspace of the token is not accepted',
    },
    'a token without a workspace': {
      claims: { 'https://slack.com/team_id': undefined },
      reason: 'the token names no workspace or no user',
    },
    'a token without a user': {
      claims: { sub: undefined },
      reason: 'the token names no workspace or no user',
    },
  },
});

test.each([
  [{ clientIds: 'a' }, 'slack: teams must be a name or a list of names'],
  [{ clientIds: 'a', teams: [] }, 'slack: teams must be a name or a list of names'],
  [{ teams: 'any' }, 'slack: clientIds must be a name or a list of names'],
  [{ clientIds: 'a', team: 'T1' }, 'unknown option "team" in slack; did you mean "teams"?'],
])('slack rejects %o', (options, message) => {
  expect(() => slack(options as Parameters<typeof slack>[0])).toThrow(message);
});

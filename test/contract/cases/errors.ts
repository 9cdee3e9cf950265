import { withSegment } from '../../support/tokens.js';
import { allowed, bearer, byHost, type Case, get, post, reaches, rejected, send } from '../case.js';
import { DOWN_ISSUER } from '../issuers.js';
import { ANONYMOUS, GLOBAL, NOW, token, USER } from '../tokens.js';

const expired = token({ exp: NOW - 60 });

/** The order of faults, outages, and faults that are not refusals. */
export const ERRORS: readonly Case[] = [
  {
    name: 'A verifier can reject a revoked token',
    request: get('/me', bearer('mdt_revoked')),
    expect: rejected('token_revoked'),
  },
  {
    name: 'A verifier can reject an address',
    request: get('/me', bearer('mdt_elsewhere')),
    expect: rejected('address_not_allowed'),
  },
  {
    name: 'A principal of any verifier is valid until it expires',
    request: get('/me', bearer('mdt_temp')),
    expect: allowed('me', { subject: 'temp' }),
  },
  {
    name: 'A principal that a verifier remembered too long has expired',
    request: get('/me', bearer('mdt_remembered')),
    expect: rejected('token_expired'),
  },
  {
    name: 'A token without a principal is invalid',
    request: get('/me', bearer('mdt_unknown')),
    expect: rejected('token_invalid'),
  },
  {
    name: "A malformed principal is the verifier's fault and not the token's",
    request: post('/search', bearer('mdt_malformed')),
    expect: byHost(500),
  },
  {
    name: 'An unavailable store does not make the token invalid',
    request: get('/me', bearer('mdt_outage')),
    expect: rejected('verifier_unavailable'),
  },
  {
    name: 'An unavailable key server does not make the token invalid',
    request: get('/me', bearer(token({ iss: DOWN_ISSUER }))),
    expect: rejected('verifier_unavailable'),
  },
  {
    name: 'An expired token is reported as expired while the key server is unavailable',
    request: get('/me', bearer(token({ iss: DOWN_ISSUER, exp: NOW - 60 }))),
    expect: rejected('token_expired'),
  },
  {
    name: 'An outage of one issuer does not affect another',
    request: get('/me', bearer(USER)),
    expect: allowed('me'),
  },
  {
    name: 'A public endpoint answers during an outage',
    request: get('/health', bearer(token({ iss: DOWN_ISSUER }))),
    expect: reaches('health'),
  },
  {
    name: "A fault of a verifier is the host's own 500",
    request: get('/me', bearer('mdt_fault')),
    expect: byHost(500),
  },
  {
    name: "A fault of a verifier is the host's own 500 for HEAD",
    request: send('HEAD', '/me', bearer('mdt_fault')),
    expect: byHost(500),
  },
  {
    name: "A fault of a verifier is the host's own 500 where nothing is mapped",
    request: get('/nowhere', bearer('mdt_fault')),
    expect: byHost(500),
  },
  {
    name: 'A token that one verifier rejects is not passed to another',
    request: get('/me', bearer(USER.then((jwt) => `mdt_${jwt}`))),
    expect: byHost(500),
  },
  ...[
    ['announced as OAUTH', 'X-Glean-Auth-Type: OAUTH'],
    ['announced in lower case', 'x-glean-auth-type: oauth'],
    ['announced with white space', 'X-Glean-Auth-Type: \t OAUTH '],
  ].map(
    ([row, line = '']): Case => ({
      name: `A token without a recognizable origin is valid when it is ${row}`,
      request: get('/me', bearer('opaque-ada'), line),
      expect: allowed('me'),
    }),
  ),
  ...[
    ['not announced', 'X-Other: 1'],
    ['announced as something else', 'X-Glean-Auth-Type: BEARER'],
    ['announced twice', 'X-Glean-Auth-Type: OAUTH, OAUTH'],
  ].map(
    ([row, line = '']): Case => ({
      name: `A token without a recognizable origin is invalid when it is ${row}`,
      request: get('/me', bearer('opaque-ada'), line),
      expect: rejected('token_invalid'),
    }),
  ),
  {
    name: 'The verifier of an announced token decides alone',
    request: get('/me', bearer('opaque-eve'), 'X-Glean-Auth-Type: OAUTH'),
    expect: rejected('token_invalid'),
  },
  {
    name: 'An announced JWT is still verified by its issuer',
    request: get('/me', bearer(USER), 'X-Glean-Auth-Type: OAUTH'),
    expect: allowed('me'),
  },
  {
    name: 'An announced token with the prefix of issued ones is an issued one',
    request: get('/me', bearer('mdt_revoked'), 'X-Glean-Auth-Type: OAUTH'),
    expect: rejected('token_revoked'),
  },
  {
    name: 'The prefix of issued tokens is compared exactly',
    request: get('/me', bearer('MDT_revoked')),
    expect: rejected('token_invalid'),
  },
  {
    name: 'An ambiguous path is reported before a missing token',
    request: get('/docs//admin'),
    expect: rejected('path_ambiguous'),
  },
  {
    name: 'An invalid token is reported before an endpoint that is not mapped',
    request: get('/forgotten', bearer('bad')),
    expect: rejected('token_invalid'),
  },
  {
    name: 'A missing user is reported before a missing scope',
    request: get('/docs/admin', bearer(GLOBAL)),
    expect: rejected('act_as_required'),
  },
  {
    name: 'An anonymous token is reported before a missing scope',
    request: get('/docs/admin', bearer(ANONYMOUS)),
    expect: rejected('anonymous_not_allowed'),
  },
  {
    name: 'An expired token is reported before its signature is checked',
    request: get('/me', bearer(expired.then((jwt) => withSegment(jwt, 2, 'AAAA')))),
    expect: rejected('token_expired'),
  },
];

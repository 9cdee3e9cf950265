import {
  bearer,
  byHost,
  type Case,
  type Expectation,
  get,
  type Line,
  rejected,
  send,
} from '../../case.js';
import { REFUSING_ISSUER } from '../../issuers.js';
import { ODD_ANSWERS } from '../../odd-answers.js';
import { NOW, scoped, token, USER } from '../../tokens.js';

const good = await USER;

/** Callbacks of the application that answer something else than they may, and optional tokens that are bad. */
export const HOSTILE_ANSWERS: readonly Case[] = [
  ...Object.keys(ODD_ANSWERS).map(
    (answer): Case => ({
      name: `Hostile answer of allowIf: ${answer}`,
      request: get(`/odd/${answer}`, bearer(USER)),
      expect: answer === 'text' ? rejected('condition_failed') : byHost(500),
    }),
  ),
  ...Object.keys(ODD_ANSWERS).map(
    (answer): Case => ({
      name: `Hostile answer of refuseClaims: ${answer}`,
      request: get('/me', bearer(token({ iss: REFUSING_ISSUER, answer }))),
      expect: answer === 'text' ? rejected('token_invalid') : byHost(500),
    }),
  ),
  optional('the word null', rejected('token_invalid'), 'Authorization: Bearer null'),
  optional('the word undefined', rejected('token_invalid'), 'Authorization: Bearer undefined'),
  optional('an object', rejected('credentials_malformed'), 'Authorization: Bearer [object Object]'),
  optional('a JWT of two segments', rejected('token_invalid'), 'Authorization: Bearer a.b'),
  optional(
    'two headers',
    rejected('credentials_malformed'),
    `Authorization: Bearer ${good}`,
    `Authorization: Bearer ${good}`,
  ),
  optional('an invalid key beside no header', rejected('token_invalid'), 'X-Api-Key: bad'),
  optional(
    'two tokens',
    rejected('credentials_malformed'),
    `Authorization: Bearer ${good}`,
    'X-Api-Key: bad',
  ),
  optional(
    'a cookie twice',
    rejected('credentials_malformed'),
    `Cookie: session=${good}; session=${good}`,
  ),
  optional(
    'an expired cookie',
    rejected('token_expired'),
    `Cookie: session=${await token({ iat: NOW - 99, exp: NOW - 60 })}`,
  ),
  optional('a revoked token', rejected('token_revoked'), 'Authorization: Bearer mdt_revoked'),
  optional('an unknown token', rejected('token_invalid'), 'Authorization: Bearer mdt_unknown'),
  optional('an outage', rejected('verifier_unavailable'), 'Authorization: Bearer mdt_outage'),
  optional(
    'another address',
    rejected('address_not_allowed'),
    'Authorization: Bearer mdt_elsewhere',
  ),
  optional(
    'no scope',
    rejected('scope_required', 'SEARCH'),
    `Authorization: Bearer ${await scoped('')}`,
  ),
  {
    name: 'Hostile optional token: a write with no token, which must act as a user',
    request: send('POST', '/news', 'X-Glean-ActAs: ada@example.com'),
    expect: rejected('act_as_forbidden'),
  },
];

/** A token that is there must be good, although none is needed. */
function optional(what: string, expect: Expectation, ...lines: readonly Line[]): Case {
  return {
    name: `Hostile optional token: ${what}`,
    request: get('/news', ...lines),
    expect,
  };
}

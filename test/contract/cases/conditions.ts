import {
  allowed,
  bearer,
  byHost,
  type Case,
  type Expectation,
  get,
  type Line,
  post,
  reaches,
  rejected,
} from '../case.js';
import { ANONYMOUS, GLOBAL, NOW, scoped, token, USER } from '../tokens.js';

const expired = await token({ exp: NOW - 60 });

/** Endpoints where a token is optional, and endpoints with a condition. */
export const CONDITIONS: readonly Case[] = [
  optional('A request without a token is served', [], reaches('news')),
  optional('An empty Authorization header is not a token', ['Authorization:'], reaches('news')),
  optional('A good token is seen', [bearer(USER)], allowed('news')),
  optional(
    'A token without the scope',
    [bearer(scoped('CHAT'))],
    rejected('scope_required', 'SEARCH'),
  ),
  optional('A bad token', [bearer('bad')], rejected('token_invalid')),
  optional('An expired token', [bearer(expired)], rejected('token_expired')),
  optional('A bad cookie', ['Cookie: session=bad'], rejected('token_invalid')),
  optional(
    'Another scheme',
    ['Authorization: Basic YWRhOnNlY3JldA=='],
    rejected('credentials_missing'),
  ),
  optional('Garbage', ['Authorization: Bearer a b'], rejected('credentials_malformed')),
  optional('A scheme without a token', ['Authorization: Bearer'], rejected('credentials_missing')),
  optional('An ANONYMOUS token', [bearer(ANONYMOUS)], rejected('anonymous_not_allowed')),
  optional('A GLOBAL token that names no user', [bearer(GLOBAL)], rejected('act_as_required')),
  optional(
    'No token, and a user to act as',
    ['X-Glean-ActAs: grace@example.com'],
    rejected('act_as_forbidden'),
  ),
  {
    name: 'Optional: an unsafe method without a token needs no page of this origin',
    request: post('/news'),
    expect: reaches('news-write'),
  },

  condition('A condition that holds', get('/owned/ada', bearer(USER)), allowed('owned')),
  condition(
    'A condition that does not hold',
    get('/owned/grace', bearer(USER)),
    rejected('condition_failed'),
  ),
  condition(
    'A condition that takes time',
    post('/owned/ada', bearer(USER)),
    allowed('owned-later'),
  ),
  condition(
    'A condition that rejects later',
    post('/owned/grace', bearer(USER)),
    rejected('condition_failed'),
  ),
  condition(
    'The scopes are checked before the condition',
    post('/owned/grace', bearer(scoped('CHAT'))),
    rejected('scope_required', 'SEARCH'),
  ),
  condition(
    'A condition that returns true',
    get('/faulty-condition', bearer(scoped('REPAIR'))),
    allowed('faulty'),
  ),
  condition(
    'A condition that returns true, and nothing else',
    get('/odd/true', bearer(USER)),
    allowed('odd'),
  ),
  condition(
    'A condition that returns false is a fault',
    get('/faulty-condition', bearer(USER)),
    byHost(500),
  ),
];

function optional(name: string, lines: readonly Line[], expect: Expectation): Case {
  return { name: `Optional: ${name}`, request: get('/news', ...lines), expect };
}

function condition(name: string, request: Case['request'], expect: Expectation): Case {
  return { name, request, expect };
}

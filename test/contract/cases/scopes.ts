import { allowed, bearer, byHost, type Case, get, post, reaches, rejected, send } from '../case.js';
import { ALL_SCOPES_ISSUER } from '../issuers.js';
import { scoped, token, USER } from '../tokens.js';

const NO_MAP = { because: 'there is no map: the host finds no route' };

/** Scopes: all of them, any of them, none, public endpoints, and handlers that are not mapped. */
export const SCOPES: readonly Case[] = [
  {
    name: 'The required scope suffices',
    request: post('/search', bearer(scoped('SEARCH'))),
    expect: allowed('search'),
  },
  {
    name: 'The required scope among others suffices',
    request: post('/search', bearer(scoped('CHAT SEARCH PEOPLE'))),
    expect: allowed('search'),
  },
  ...[
    ['another scope', 'CHAT'],
    ['no scope', ''],
    ['spaces', '   '],
    ['a longer scope', 'SEARCHING'],
    ['a shorter scope', 'SEARC'],
    ['a scope in lower case', 'search'],
    ['a prefix with a wildcard', 'SEARCH.* *'],
    ['scopes separated by commas', 'SEARCH,CHAT'],
    ['scopes separated by a tab', 'SEARCH\tCHAT'],
    ['a quoted scope', '"SEARCH"'],
    ['a look-alike letter', 'S\u0395ARCH'],
  ].map(
    ([row, scope]): Case => ({
      name: `The required scope is missing: ${row}`,
      request: post('/search', bearer(scoped(scope as string))),
      expect: rejected('scope_required', 'SEARCH'),
    }),
  ),
  {
    name: 'A token without a claim for scopes has none',
    request: post('/search', bearer(token({ scope: undefined }))),
    expect: rejected('scope_required', 'SEARCH'),
  },
  {
    name: 'Any valid token may use an endpoint without scopes',
    request: get('/me', bearer(token({ scope: undefined }))),
    expect: allowed('me'),
  },
  {
    name: 'All of several scopes are granted',
    request: get('/report', bearer(scoped('CHAT SEARCH'))),
    expect: allowed('report'),
  },
  {
    name: 'One of several required scopes is missing',
    request: get('/report', bearer(scoped('SEARCH'))),
    expect: rejected('scope_required', 'SEARCH CHAT'),
  },
  {
    name: 'The other of several required scopes is missing',
    request: get('/report', bearer(scoped('CHAT'))),
    expect: rejected('scope_required', 'SEARCH CHAT'),
  },
  {
    name: 'One of two alternatives suffices',
    request: post('/people', bearer(scoped('PEOPLE'))),
    expect: allowed('people'),
  },
  {
    name: 'The other of two alternatives suffices',
    request: post('/people', bearer(scoped('ENTITIES'))),
    expect: allowed('people'),
  },
  {
    name: 'None of two alternatives is granted',
    request: post('/people', bearer(scoped('SEARCH'))),
    expect: rejected('scope_required', 'PEOPLE'),
  },
  {
    name: 'An alternative may be a list, all of which is granted',
    request: get('/export', bearer(scoped('AUDIT EXPORT'))),
    expect: allowed('export'),
    except: { ...NO_MAP, 'by-route': byHost(404) },
  },
  {
    name: 'An alternative that is a list is granted in part',
    request: get('/export', bearer(scoped('EXPORT'))),
    expect: rejected('scope_required', 'EXPORT AUDIT'),
    except: { ...NO_MAP, 'by-route': byHost(404) },
  },
  {
    name: 'The alternative beside a list suffices',
    request: get('/export', bearer(scoped('ROOT'))),
    expect: allowed('export'),
    except: { ...NO_MAP, 'by-route': byHost(404) },
  },
  ...(
    [
      ['scope as a list', { scope: ['CHAT', 'SEARCH'] }],
      ['scp as a text', { scope: undefined, scp: 'CHAT SEARCH' }],
      ['scp as a list', { scope: undefined, scp: ['SEARCH'] }],
      ['permissions as a list', { scope: undefined, permissions: ['SEARCH'] }],
      ['permissions as a text', { scope: undefined, permissions: 'SEARCH' }],
    ] as const
  ).map(
    ([row, claims]): Case => ({
      name: `Scopes are read from ${row}`,
      request: post('/search', bearer(token(claims))),
      expect: allowed('search'),
    }),
  ),
  {
    name: 'Only the first claim for scopes counts, because a union could grant more than either',
    request: post('/search', bearer(token({ scope: 'CHAT', scp: ['SEARCH'] }))),
    expect: rejected('scope_required', 'SEARCH'),
  },
  {
    name: 'An empty first claim for scopes counts',
    request: post('/search', bearer(token({ scope: '', permissions: ['SEARCH'] }))),
    expect: rejected('scope_required', 'SEARCH'),
  },
  {
    name: 'Scopes in a list are not split at spaces',
    request: post('/search', bearer(token({ scope: ['CHAT SEARCH'] }))),
    expect: rejected('scope_required', 'SEARCH'),
  },
  ...([17, true, { SEARCH: true }, ['SEARCH', 1], [['SEARCH']], null] as const).map(
    (scope): Case => ({
      name: `Scopes of another type make the token invalid: ${JSON.stringify(scope)}`,
      request: get('/me', bearer(token({ scope }))),
      expect: rejected('token_invalid'),
    }),
  ),
  {
    name: "A token of an issuer with scopes: 'all' has every scope",
    request: post('/search', bearer(token({ iss: ALL_SCOPES_ISSUER, scope: undefined }))),
    expect: allowed('search'),
  },
  {
    name: "A token of an issuer with scopes: 'all' has the scopes that it does not list",
    request: get('/docs/admin', bearer(token({ iss: ALL_SCOPES_ISSUER, scope: 'CHAT' }))),
    expect: allowed('docs-admin'),
  },
  {
    name: "scopes: 'all' does not map an endpoint",
    request: get('/forgotten', bearer(token({ iss: ALL_SCOPES_ISSUER }))),
    expect: rejected('endpoint_unmapped'),
    except: { ...NO_MAP, 'by-route': byHost(404) },
  },

  {
    name: 'A public endpoint needs no token',
    request: get('/health'),
    expect: reaches('health'),
  },
  {
    name: 'A public endpoint ignores a valid token',
    request: get('/health', bearer(USER)),
    expect: reaches('health'),
  },
  {
    name: 'A public endpoint ignores an invalid token',
    request: get('/health', bearer('bad')),
    expect: reaches('health'),
  },
  {
    name: 'A public endpoint ignores malformed credentials',
    request: get('/health', 'Authorization: Bearer', 'Authorization: Basic x'),
    expect: reaches('health'),
  },
  {
    name: 'A public endpoint ignores the act-as header',
    request: get('/health', 'X-Glean-ActAs: grace@example.com'),
    expect: reaches('health'),
  },
  {
    name: 'HEAD of a public endpoint is public',
    request: send('HEAD', '/health'),
    expect: reaches('health'),
  },
  {
    name: 'Another method of a public path is not public',
    request: post('/health'),
    expect: rejected('credentials_missing'),
  },
  {
    name: 'Another method of a public path is not mapped',
    request: post('/health', bearer(USER)),
    expect: rejected('endpoint_unmapped'),
    except: { ...NO_MAP, 'by-route': byHost(404) },
  },
  {
    name: 'A path below a public path is not public',
    request: get('/health/deep'),
    expect: rejected('credentials_missing'),
  },
  {
    name: 'An unmapped handler is denied',
    request: get('/forgotten', bearer(USER)),
    expect: rejected('endpoint_unmapped'),
    except: { ...NO_MAP, 'by-route': byHost(404) },
  },
  {
    name: 'A caller without a token does not learn that a handler is not mapped',
    request: get('/forgotten'),
    expect: rejected('credentials_missing'),
  },
  {
    name: 'A path without an entry and without a handler is denied',
    request: get('/nowhere', bearer(USER)),
    expect: rejected('endpoint_unmapped'),
    except: { ...NO_MAP, 'by-route': byHost(404) },
  },
  {
    name: 'A caller without a token does not learn that a path has no handler',
    request: get('/nowhere'),
    expect: rejected('credentials_missing'),
  },
];

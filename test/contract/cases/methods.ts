import {
  allowed,
  bearer,
  byHost,
  type Case,
  type CaseRequest,
  type Exceptions,
  get,
  type Line,
  post,
  postJson,
  reaches,
  rejected,
  send,
} from '../case.js';
import { scoped, token, USER } from '../tokens.js';

const DOCS = scoped('DOCS');
const NAVY = token({ groups: ['navy'] });
const EVERYTHING = scoped('ADMIN CHAT DOCS SEARCH WRITE');

const unmapped = rejected('endpoint_unmapped');
const NO_ROUTE: Exceptions = {
  because: 'there is no map: the host finds no route',
  'by-route': byHost(404),
};

const NO_PATH: Exceptions = {
  because: 'no prefix matches, and @hono/node-server can make no URL of it',
  'express mounted': byHost(404),
  'koa mounted': byHost(404),
  'fastify mounted': byHost(404),
  hono: byHost(400),
  fetch: byHost(400),
};

/** The rule that applies to each method. */
export const METHODS: readonly Case[] = [
  {
    name: 'HEAD follows GET: allowed',
    request: send('HEAD', '/docs/1', bearer(DOCS)),
    expect: reaches('doc'),
  },
  {
    name: 'HEAD follows GET: the same scope is required',
    request: send('HEAD', '/docs/admin', bearer(DOCS)),
    expect: rejected('scope_required', 'ADMIN'),
  },
  {
    name: 'HEAD follows GET: the same challenge',
    request: send('HEAD', '/docs/1'),
    expect: rejected('credentials_missing'),
  },
  {
    name: 'HEAD does not follow POST',
    request: send('HEAD', '/search', bearer(EVERYTHING)),
    expect: unmapped,
    except: NO_ROUTE,
  },
  {
    name: 'PUT has its own rule',
    request: send('PUT', '/docs/1', bearer(DOCS)),
    expect: rejected('scope_required', 'WRITE'),
  },
  {
    name: 'DELETE has its own rule',
    request: send('DELETE', '/docs/1', bearer(scoped('DOCS WRITE'))),
    expect: rejected('scope_required', 'ADMIN'),
  },
  {
    name: 'PUT with its scope is allowed',
    request: send('PUT', '/docs/1', bearer(scoped('WRITE'))),
    expect: allowed('doc-write'),
  },
  {
    name: 'DELETE with its scope is allowed',
    request: send('DELETE', '/docs/1', bearer(scoped('ADMIN'))),
    expect: allowed('doc-delete'),
  },
  {
    name: 'The rule of a parameter applies if the literal has no such method',
    request: send('DELETE', '/docs/admin', bearer(DOCS)),
    expect: rejected('scope_required', 'ADMIN'),
  },
  {
    name: 'A parameter is reached if the literal has no such method',
    request: send('PUT', '/docs/admin', bearer(scoped('WRITE'))),
    expect: allowed('doc-write'),
  },
  ...['POST', 'PATCH'].map(
    (method): Case => ({
      name: `${method} is not mapped because another method is`,
      request: send(method, '/docs/1', bearer(EVERYTHING)),
      expect: unmapped,
      except: NO_ROUTE,
    }),
  ),
  ...['PROPFIND', 'PURGE', 'SEARCH', 'LINK', 'M-SEARCH', 'REPORT', 'LOCK'].map(
    (method): Case => ({
      name: `${method}, which no map can name, is not mapped`,
      request: send(method, '/docs/1', bearer(EVERYTHING)),
      expect: unmapped,
      except: NO_ROUTE,
    }),
  ),
  {
    name: 'An unusual method reveals nothing to a caller without a token',
    request: send('PROPFIND', '/docs/1'),
    expect: rejected('credentials_missing'),
  },
  {
    name: 'TRACE is not mapped',
    request: send('TRACE', '/docs/1', bearer(EVERYTHING)),
    expect: unmapped,
    except: NO_ROUTE,
  },
  ...['get', 'Get', 'BREW', 'GETS', 'G', 'GET\0'].map(
    (method): Case => ({
      name: `The HTTP parser rejects the method ${JSON.stringify(method)}`,
      request: send(method, '/docs/1', bearer(DOCS)),
      expect: byHost(400),
    }),
  ),
  {
    name: 'The connection of a CONNECT request is closed',
    request: send('CONNECT', 'api.example:443', bearer(DOCS)),
    expect: byHost('closed'),
  },

  {
    name: 'OPTIONS needs a token like every method',
    request: send('OPTIONS', '/docs/1'),
    expect: rejected('credentials_missing'),
  },
  {
    name: 'A preflight request is not special: CORS belongs before the guard',
    request: send(
      'OPTIONS',
      '/docs/1',
      'Origin: https://app.example',
      'Access-Control-Request-Method: GET',
      'Access-Control-Request-Headers: authorization',
    ),
    expect: rejected('credentials_missing'),
  },
  {
    name: 'OPTIONS is not mapped because another method is',
    request: send('OPTIONS', '/docs/1', bearer(EVERYTHING)),
    expect: unmapped,
    except: {
      ...NO_ROUTE,
      because: 'Express itself answers with the methods of the path',
      'express by-route': byHost(200),
    },
  },
  {
    name: 'OPTIONS may be mapped: allowed',
    request: send('OPTIONS', '/preflight', bearer(scoped('SEARCH'))),
    expect: allowed('preflight'),
  },
  {
    name: 'OPTIONS may be mapped: the scope is required',
    request: send('OPTIONS', '/preflight', bearer(DOCS)),
    expect: rejected('scope_required', 'SEARCH'),
  },
  {
    name: 'OPTIONS of a public path is not public',
    request: send('OPTIONS', '/health'),
    expect: rejected('credentials_missing'),
  },
  {
    name: 'OPTIONS * has no path',
    request: send('OPTIONS', '*', bearer(EVERYTHING)),
    expect: rejected('path_ambiguous'),
    except: NO_PATH,
  },
  {
    name: 'GET * has no path',
    request: get('*', bearer(EVERYTHING)),
    expect: rejected('path_ambiguous'),
    except: NO_PATH,
  },

  ...(
    [
      'X-HTTP-Method-Override: DELETE',
      'X-HTTP-Method: DELETE',
      'X-Method-Override: DELETE',
      'X-HTTP-Method-Override: GET',
      'X-HTTP-Method-Override: OPTIONS',
    ] as const
  ).flatMap((line): readonly Case[] => [
    {
      name: `No header changes the method: GET with ${line}`,
      request: get('/docs/1', bearer(DOCS), line),
      expect: allowed('doc'),
    },
    {
      name: `No header changes the method: POST with ${line}`,
      request: send('POST', '/docs/1', bearer(EVERYTHING), line),
      expect: unmapped,
      except: NO_ROUTE,
    },
  ]),
  {
    name: 'No header changes the method: DELETE',
    request: send('DELETE', '/docs/1', bearer(DOCS), 'X-HTTP-Method-Override: GET'),
    expect: rejected('scope_required', 'ADMIN'),
  },
  {
    name: 'No query parameter changes the method',
    request: get('/docs/1?_method=DELETE', bearer(DOCS)),
    expect: allowed('doc'),
  },
  {
    name: 'No member of the body changes the method',
    request: postJson('/search', { _method: 'DELETE' }, bearer(USER)),
    expect: allowed('search'),
  },
  ...(
    [
      ['two lengths', 'Content-Length: 4', 'Content-Length: 5'],
      ['a length and chunks', 'Content-Length: 4', 'Transfer-Encoding: chunked'],
      ['a length that is not a number', 'Content-Length: 4x'],
      ['chunks in two spellings', 'Transfer-Encoding: chunked, identity'],
    ] as const
  ).map(
    ([row, ...lines]): Case => ({
      name: `The HTTP parser rejects a body that could end in two places: ${row}`,
      request: { ...post('/search', bearer(USER), ...lines), body: '0\r\n\r\n' },
      expect: byHost(400),
    }),
  ),
  {
    name: 'A body does not matter to a rule that does not read it',
    request: postJson('/search', { groupid: 1, scope: 'ADMIN' }, bearer(DOCS)),
    expect: rejected('scope_required', 'SEARCH'),
  },
  {
    name: 'QUERY has its own rule: allowed',
    request: query('/search', {}, bearer(scoped('SEARCH'))),
    expect: allowed('query'),
  },
  {
    name: 'QUERY has its own rule: rejected',
    request: query('/search', {}, bearer(DOCS)),
    expect: rejected('scope_required', 'SEARCH'),
  },
  {
    name: 'QUERY does not follow GET',
    request: query('/docs/1', {}, bearer(EVERYTHING)),
    expect: unmapped,
    except: NO_ROUTE,
  },
  {
    name: 'GET does not follow QUERY',
    request: get('/search', bearer(EVERYTHING)),
    expect: unmapped,
    except: NO_ROUTE,
  },
  {
    name: 'QUERY names its group in its body: the caller is in it',
    request: query('/by-body', { groupid: 'navy' }, bearer(NAVY)),
    expect: allowed('query-by-body', { subject: 'ada@example.com', groups: ['navy'] }),
  },
  {
    name: 'QUERY names its group in its body: the caller is not in it',
    request: query('/by-body', { groupid: 'army' }, bearer(NAVY)),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'QUERY names its group in its body: no body',
    request: send('QUERY', '/by-body', bearer(NAVY)),
    expect: rejected('group_missing'),
    except: {
      because: 'Fastify rejects a QUERY without a Content-Type, as RFC 10008 §2 requires',
      fastify: byHost(400),
    },
  },
  ...['query', 'Query'].map(
    (method): Case => ({
      name: `${method} is not a method`,
      request: send(method, '/search', bearer(EVERYTHING)),
      expect: byHost(400),
    }),
  ),
];

function query(target: string, body: unknown, ...headers: readonly Line[]): CaseRequest {
  return { ...postJson(target, body, ...headers), method: 'QUERY' };
}

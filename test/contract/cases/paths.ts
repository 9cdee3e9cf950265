import {
  allowed,
  bearer,
  byHost,
  type Case,
  type Exceptions,
  get,
  type Line,
  rejected,
} from '../case.js';
import { scoped } from '../tokens.js';

/** May read documents, and must never reach `GET /docs/admin`. */
const DOCS = scoped('DOCS FILES');
/** May use `GET /docs/admin`, and must never reach `GET /docs/:id`. */
const ADMIN = scoped('ADMIN');
const ITEMS = scoped('ITEMS');
const PAGES = scoped('PAGES');
const DRAFTS = scoped('DRAFTS');

const SCOPES = new Map([
  [DOCS, ' with DOCS'],
  [ADMIN, ' with ADMIN'],
  [ITEMS, ' with ITEMS'],
  [PAGES, ' with PAGES'],
  [DRAFTS, ' with DRAFTS'],
]);

const needsAdmin = rejected('scope_required', 'ADMIN');
const needsBoth = rejected('scope_required', 'FILES ADMIN');
const needsDocs = rejected('scope_required', 'DOCS');
const needsFiles = rejected('scope_required', 'FILES');
const unmapped = rejected('endpoint_unmapped');
const ambiguous = rejected('path_ambiguous');

const NO_ROUTE: Exceptions = {
  because: 'there is no map: the host finds no route',
  'by-route': byHost(404),
};
const CASE = 'Hono, Fastify and URLs are case-sensitive; Express and @koa/router are not';
const SLASH =
  'to Hono, to Fastify and in a URL a trailing slash makes another path; to Express and @koa/router it does not';
const SERVER_REJECTS: Exceptions = {
  because: '@hono/node-server makes a URL of the target, and rejects a target with another URL',
  hono: byHost(400),
  fetch: byHost(400),
};
const DOTS =
  'a handler of Requests gets a URL, in which the URL parser has resolved the dots for the guard as well';
const LONG: Exceptions = {
  because: 'the router of Fastify rejects a parameter with more than 100 characters',
  fastify: byHost(414),
};
const EMPTY = {
  because: 'there is no map: in Fastify a parameter may be empty, and other hosts find no route',
  'fastify by-route': allowed('doc'),
};
const BAD_URL: Exceptions = {
  because: 'the router decodes the path before the guard, and answers by itself if it cannot',
  fastify: byHost(400),
  'nest on express': byHost(400),
};
const NOT_ALLOWED: Exceptions = {
  because: 'with rules at routes, the option of requireAuth decides, which is off',
  'by-route': ambiguous,
};
const OTHER_PARAMETER: Exceptions = {
  because:
    'there is no map: the router decides, which does not decode, and its route has its own rule',
  'by-route': allowed('doc'),
};

const OTHER_FILE: Exceptions = { ...OTHER_PARAMETER, 'by-route': allowed('file') };
const NO_FOLDERS: Exceptions = {
  because: 'there is no map: the route answers only what is below it, except in Hono',
  'express by-route': allowed('file'),
  'koa by-route': allowed('file'),
  'fastify by-route': allowed('file'),
  'hono by-route': rejected('scope_required', 'DRAFTS'),
};

/** The rule that applies to each path: always that of the handler that answers. */
export const PATHS: readonly Case[] = [
  ...judged('A literal beats a parameter', [
    ['/docs/admin', ADMIN, allowed('docs-admin')],
    ['/docs/admin', DOCS, needsAdmin],
    ['/docs/1', DOCS, allowed('doc')],
    ['/docs/1', ADMIN, needsDocs],
    ['/docs/admin/pages', PAGES, allowed('doc-pages')],
    ['/docs/admin/pages', ADMIN, rejected('scope_required', 'PAGES')],
  ]),
  ...judged('A literal and a parameter beat a wildcard', [
    ['/files/secret', ADMIN, allowed('file-secret')],
    ['/files/secret', DOCS, needsAdmin],
    ['/files/a', DOCS, allowed('file')],
    ['/files/a/b/c', DOCS, allowed('file')],
    ['/files/secret/a', DOCS, allowed('file')],
    ['/files/secret/a', ADMIN, needsFiles],
    ['/files/secrets', DOCS, allowed('file')],
  ]),
  ...judged('A query is not part of the path', [
    ['/docs/admin?', DOCS, needsAdmin],
    ['/docs/admin?id=1', DOCS, needsAdmin],
    ['/docs/admin?/docs/1', DOCS, needsAdmin],
    ['/docs/1?/../admin', DOCS, allowed('doc')],
    ['/docs/1?/docs/admin', DOCS, allowed('doc')],
    ['/docs/1?x=%2F%00%zz\\', DOCS, allowed('doc')],
    ['/docs/1??', DOCS, allowed('doc')],
  ]),
  ...judged('A parameter takes one segment of any spelling that is not ambiguous', [
    ['/docs/admin;a=b', DOCS, allowed('doc')],
    ['/docs/admin;', DOCS, allowed('doc')],
    ['/docs/admin.', DOCS, allowed('doc')],
    ['/docs/admin.json', DOCS, allowed('doc')],
    ['/docs/admin,', DOCS, allowed('doc')],
    ['/docs/admin+', DOCS, allowed('doc')],
    ['/docs/admin%20', DOCS, allowed('doc')],
    ['/docs/%20admin', DOCS, allowed('doc')],
    ['/docs/admin%3Fx', DOCS, allowed('doc')],
    ['/docs/admin%23', DOCS, allowed('doc')],
    ['/docs/admin%3B', DOCS, allowed('doc')],
    ['/docs/a%2520b', DOCS, allowed('doc')],
    ['/docs/%25', DOCS, allowed('doc')],
    ['/docs/50%25of', DOCS, allowed('doc')],
    ['/docs/...', DOCS, allowed('doc')],
    ['/docs/.admin', DOCS, allowed('doc')],
    ['/docs/..admin', DOCS, allowed('doc')],
    ['/docs/admin..', DOCS, allowed('doc')],
    ['/docs/caf%C3%A9', DOCS, allowed('doc')],
    ['/docs/caf%c3%a9', DOCS, allowed('doc')],
    ['/docs/%F0%9F%98%80', DOCS, allowed('doc')],
    ['/docs/*', DOCS, allowed('doc')],
    ['/docs/:id', DOCS, allowed('doc')],
    ['/docs/{id}', DOCS, allowed('doc')],
    ['/docs/[1]', DOCS, allowed('doc')],
    ['/docs/a|b', DOCS, allowed('doc')],
    ['/docs/a^b', DOCS, allowed('doc')],
    ['/docs/a"b', DOCS, allowed('doc')],
    ["/docs/a'b", DOCS, allowed('doc')],
    ['/docs/<a>', DOCS, allowed('doc')],
    ['/docs/`a`', DOCS, allowed('doc')],
    ['/docs/~ada', DOCS, allowed('doc')],
    ['/docs/@ada', DOCS, allowed('doc')],
    ['/docs/a&b=$!(c)', DOCS, allowed('doc')],
    ['/docs/__proto__', DOCS, allowed('doc')],
    ['/docs/constructor', DOCS, allowed('doc')],
    [`/docs/${'a'.repeat(4000)}`, DOCS, allowed('doc'), LONG],
  ]),
  ...judged('Nothing is mapped beside, above or below what is mapped', [
    ['/docs', DOCS, unmapped, NO_ROUTE],
    ['/docs/1/2', DOCS, unmapped, NO_ROUTE],
    ['/docs/1/pages/2', PAGES, unmapped, NO_ROUTE],
    ['/docs/admin/1', ADMIN, unmapped, NO_ROUTE],
    ['/docs;a=b/admin', ADMIN, unmapped, NO_ROUTE],
    ['/doc/admin', ADMIN, unmapped, NO_ROUTE],
    ['/docsadmin', ADMIN, unmapped, NO_ROUTE],
    ['/x/docs/admin', ADMIN, unmapped, NO_ROUTE],
    ['/me2', ADMIN, unmapped, NO_ROUTE],
    ['/m', ADMIN, unmapped, NO_ROUTE],
    [`/docs${'/a'.repeat(2000)}`, DOCS, unmapped, NO_ROUTE],
  ]),
  ...judged('Nothing stands for a parameter but a segment that is not empty', [
    ['/docs/', DOCS, unmapped, { ...NO_ROUTE, ...EMPTY }],
    ['/groups//visitors', DOCS, ambiguous],
  ]),

  ...judged('Case is compared as the host compares it', [
    [
      '/docs/Admin',
      DOCS,
      needsAdmin,
      { because: CASE, hono: allowed('doc'), fastify: allowed('doc'), fetch: allowed('doc') },
    ],
    [
      '/docs/ADMIN',
      ADMIN,
      allowed('docs-admin'),
      { because: CASE, hono: needsDocs, fastify: needsDocs, fetch: needsDocs },
    ],
    [
      '/files/SECRET',
      DOCS,
      needsAdmin,
      { because: CASE, hono: allowed('file'), fastify: allowed('file'), fetch: allowed('file') },
    ],
    [
      '/DOCS/1',
      DOCS,
      allowed('doc'),
      {
        because: CASE,
        hono: unmapped,
        fastify: unmapped,
        fetch: unmapped,
        'hono by-route': byHost(404),
        'fastify by-route': byHost(404),
      },
    ],
    [
      '/Docs/admin',
      DOCS,
      needsAdmin,
      {
        because: CASE,
        hono: unmapped,
        fastify: unmapped,
        fetch: unmapped,
        'hono by-route': byHost(404),
        'fastify by-route': byHost(404),
      },
    ],
    ['/docs/CAF%C3%89', DOCS, allowed('doc')],
  ]),
  {
    name: 'Case is compared as the host compares it: the prefix of a mounted API',
    request: get('{BASE}/docs/admin', bearer(DOCS)),
    expect: needsAdmin,
    except: {
      because:
        'koa-mount, Hono, Fastify and a comparison of URLs tell case apart; Express does not',
      'koa mounted': byHost(404),
      'hono mounted': byHost(404),
      'fastify mounted': byHost(404),
      'fetch mounted': byHost(404),
      'koa mounted (nested router)': needsAdmin,
    },
  },
  ...judged('A trailing slash is compared as the host compares it', [
    [
      '/docs/admin/',
      DOCS,
      needsAdmin,
      {
        because: SLASH,
        hono: unmapped,
        fastify: unmapped,
        fetch: unmapped,
        'hono by-route': byHost(404),
        'fastify by-route': byHost(404),
      },
    ],
    [
      '/docs/1/',
      DOCS,
      allowed('doc'),
      {
        because: SLASH,
        hono: unmapped,
        fastify: unmapped,
        fetch: unmapped,
        'hono by-route': byHost(404),
        'fastify by-route': byHost(404),
      },
    ],
    [
      '/files/secret/',
      DOCS,
      needsAdmin,
      {
        because: SLASH,
        hono: needsBoth,
        fastify: needsBoth,
        fetch: needsBoth,
        'hono by-route': allowed('file'),
        'fastify by-route': allowed('file'),
      },
    ],
    ['/files/a/', DOCS, allowed('file')],
    ['/docs/admin//', DOCS, ambiguous],
    [
      '/docs/admin/?',
      DOCS,
      needsAdmin,
      {
        because: SLASH,
        hono: unmapped,
        fastify: unmapped,
        fetch: unmapped,
        'hono by-route': byHost(404),
        'fastify by-route': byHost(404),
      },
    ],
  ]),

  ...judged('A path that can be read in two ways is rejected', [
    ['/docs//admin', ADMIN, ambiguous],
    ['//docs/admin', ADMIN, ambiguous],
    ['///docs/admin', ADMIN, ambiguous],
    ['//evil.example/docs/admin', ADMIN, ambiguous],
    ['/docs/./admin', ADMIN, ambiguous, { because: DOTS, fetch: allowed('docs-admin') }],
    ['/./docs/admin', ADMIN, ambiguous, { because: DOTS, fetch: allowed('docs-admin') }],
    ['/docs/admin/.', ADMIN, ambiguous, { because: DOTS, fetch: unmapped }],
    ['/docs/admin/..', DOCS, ambiguous, { because: DOTS, fetch: unmapped }],
    ['/docs/1/../admin', DOCS, ambiguous, { because: DOTS, fetch: needsAdmin }],
    [
      '/../docs/admin',
      ADMIN,
      ambiguous,
      {
        because: `${DOTS}. With Hono, the guard sees the target too, unless no prefix matches`,
        'hono mounted': byHost(404),
        'fetch mounted': byHost(404),
        fetch: allowed('docs-admin'),
      },
    ],
    ['/health/../docs/admin', DOCS, ambiguous, { because: DOTS, fetch: needsAdmin }],
    ['/docs/%2e', DOCS, ambiguous, { because: DOTS, fetch: unmapped }],
    ['/docs/%2e%2e/docs/admin', DOCS, ambiguous, { because: DOTS, fetch: needsAdmin }],
    ['/docs/%2E%2E/docs/admin', DOCS, ambiguous, { because: DOTS, fetch: needsAdmin }],
    ['/docs/.%2e/docs/admin', DOCS, ambiguous, { because: DOTS, fetch: needsAdmin }],
    ['/health/%2e%2e/docs/admin', DOCS, ambiguous, { because: DOTS, fetch: needsAdmin }],
    ['/docs/%61dmin', DOCS, ambiguous],
    ['/docs/adm%69n', ADMIN, ambiguous],
    ['/docs/%41DMIN', DOCS, ambiguous],
    ['/%64ocs/1', DOCS, ambiguous],
    ['/docs/%7Eada', DOCS, ambiguous],
    ['/docs/%31', DOCS, ambiguous],
    ['/docs/%2561dmin', DOCS, ambiguous],
    ['/docs/%252561dmin', DOCS, ambiguous],
    ['/docs/%252e%252e', DOCS, ambiguous],
    ['/docs/%255Cadmin', DOCS, ambiguous],
    ['/docs/%2500', DOCS, ambiguous],
    ['/docs\\admin', DOCS, ambiguous, SERVER_REJECTS],
    ['/docs/..\\admin', DOCS, ambiguous, SERVER_REJECTS],
    ['/docs/%5Cadmin', DOCS, ambiguous],
    ['/docs/%5cadmin', DOCS, ambiguous],
    ['/docs/..%5Cadmin', DOCS, ambiguous],
    ['/docs/%00', DOCS, ambiguous],
    ['/docs/admin%00', ADMIN, ambiguous],
    ['/docs/admin%00.json', DOCS, ambiguous],
    ['/docs/admin%0A', DOCS, ambiguous],
    ['/docs/admin%0d%0aX-Evil:%201', DOCS, ambiguous],
    ['/docs/admin%09', DOCS, ambiguous],
    ['/docs/admin%7F', DOCS, ambiguous],
    ['/docs/%', DOCS, ambiguous, BAD_URL],
    ['/docs/%2', DOCS, ambiguous, BAD_URL],
    ['/docs/%zz', DOCS, ambiguous, BAD_URL],
    ['/docs/%u0061dmin', DOCS, ambiguous, BAD_URL],
    ['/docs/%FF', DOCS, ambiguous, BAD_URL],
    ['/docs/%C3', DOCS, ambiguous, BAD_URL],
    ['/docs/%C0%AF', DOCS, ambiguous, BAD_URL],
    ['/docs/%C1%A1dmin', DOCS, ambiguous, BAD_URL],
    ['/docs/%ED%A0%80', DOCS, ambiguous, BAD_URL],
    ['/docs/admin#', DOCS, ambiguous],
    ['/docs/1#/../admin', DOCS, ambiguous],
    ['/docs#/admin', DOCS, ambiguous],
  ]),
  ...judged('An encoded slash is rejected unless the endpoint allows it', [
    ['/docs/a%2Fb', DOCS, ambiguous],
    ['/docs/a%252Fb', DOCS, ambiguous],
    ['/docs/a%25252Fb', DOCS, ambiguous],
    ['/docs/admin%2F', DOCS, ambiguous],
    ['/docs/%2fadmin', ADMIN, ambiguous],
    ['/docs/1%2F..%2Fadmin', ADMIN, ambiguous],
    ['/files/secret%2Fa', ADMIN, ambiguous],
    ['/docs%2Fadmin', ADMIN, ambiguous],
    ['/nowhere%2Fadmin', ADMIN, ambiguous],
    ['/items/a%2Fb', ITEMS, allowed('item'), NOT_ALLOWED],
    ['/items/a%2fb%2Fc', ITEMS, allowed('item'), NOT_ALLOWED],
    ['/items/https%3A%2F%2Fa.example%2Fb', ITEMS, ambiguous],
    ['/items/%2F', ITEMS, ambiguous],
    ['/items/a%2F', ITEMS, ambiguous],
    ['/items/..%2F..%2Fdocs%2Fadmin', ITEMS, ambiguous],
    ['/items/a%2F..', ITEMS, ambiguous],
    ['/items/a%2F.%2Fb', ITEMS, ambiguous],
    ['/items/..%252Fa', ITEMS, ambiguous],
    ['/items/a%2F%2e%2e', ITEMS, ambiguous],
    ['/items/a%2F%5C', ITEMS, ambiguous],
    ['/items/a%2F%255C', ITEMS, ambiguous],
    ['/items/a%2Fb/c', ITEMS, ambiguous],
  ]),
  ...judged('Decoded, a path must lead to the same endpoint', [
    ['/docs/a%40b.com', DOCS, allowed('doc')],
    ['/docs/a%3Bb', DOCS, allowed('doc')],
    ['/docs/draft%40', DOCS, allowed('doc')],
    ['/docs/draft%40home', DOCS, ambiguous, OTHER_PARAMETER],
    ['/docs/draft%2540home', DOCS, ambiguous, OTHER_PARAMETER],
    ['/docs/draft@home', DRAFTS, allowed('draft')],
    ['/files/team@home/x', DRAFTS, allowed('team-file')],
    ['/docs/draft@home', DOCS, rejected('scope_required', 'DRAFTS')],
    ['/files/a%20b', DOCS, allowed('file')],
    ['/files/team%40home/x', DOCS, ambiguous, OTHER_FILE],
    ['/files/team@home/x', DOCS, rejected('scope_required', 'DRAFTS')],
    ['/files/team@home', DOCS, rejected('scope_required', 'FILES DRAFTS'), NO_FOLDERS],
  ]),

  ...rejectedTargets([
    ['http://api.example{base}/docs/admin', 'An absolute-form target is rejected', needsAdmin],
    ['http://api.example{base}/docs/1', 'An absolute-form target is rejected whatever it names'],
    ['http://other.example{base}/docs/1', 'An absolute-form target of another host is rejected'],
    ['https://api.example{base}/docs/1', 'An absolute-form target of another scheme is rejected'],
    ['http://a@b{base}/docs/1', 'An absolute-form target with a user name is rejected'],
  ]),
  {
    name: 'An absolute-form target in upper case is rejected',
    request: get('HTTP://API.EXAMPLE{base}/docs/1', bearer(DOCS)),
    expect: ambiguous,
    except: SERVER_REJECTS,
  },
  ...(
    [
      ['docs/1', 'A path without a slash'],
      ['?x=1', 'A query without a path'],
      ['/docs/a b', 'A space in the path'],
      ['/docs/a\tb', 'A tab in the path'],
      ['/docs/\0', 'A NUL in the path'],
      ['/docs/\x7f', 'A control character in the path'],
      ['/docs/caf\xe9', 'A letter of Latin-1 in the path'],
      ['/docs/caf\xc3\xa9', 'A letter in UTF-8 in the path'],
      ['/docs/\xff', 'A byte that no UTF-8 has in the path'],
    ] as const
  ).map(
    ([target, name]): Case => ({
      name: `The HTTP parser rejects ${name}`,
      request: get(target, bearer(DOCS)),
      expect: byHost(400),
    }),
  ),
  ...(
    [
      ['X-Original-URL', 'X-Original-URL: /docs/1'],
      ['X-Rewrite-URL', 'X-Rewrite-URL: /docs/1'],
      ['X-Forwarded-Prefix', 'X-Forwarded-Prefix: /docs'],
      ['X-Forwarded-Host', 'X-Forwarded-Host: other.example'],
      ['another Host', 'Host: other.example'],
      ['a Host with a port', 'Host: api.example:8080'],
      ['a Host in IPv6', 'Host: [::1]:8080'],
    ] as const
  ).map(
    ([name, line]): Case => ({
      name: `No header changes the path of the target: ${name}`,
      request: get('/docs/admin', bearer(DOCS), line),
      expect: needsAdmin,
    }),
  ),
  ...(
    [
      ['a path', 'Host: api.example/docs/1?'],
      ['a query', 'Host: api.example?x='],
      ['a fragment', 'Host: api.example#'],
      ['a user name', 'Host: docs@api.example'],
      ['a backslash', 'Host: api.example\\docs\\1?'],
      ['a space', 'Host: api example'],
      ['a letter beyond ASCII', 'Host: \xe4pi.example'],
    ] as const
  ).map(
    ([name, line]): Case => ({
      name: `The Host header does not change the path of the target: ${name}`,
      request: get('/docs/admin', bearer(DOCS), line),
      expect: needsAdmin,
      except: {
        because: '@hono/node-server makes a URL of both, and rejects a bad one',
        hono: byHost(400),
        fetch: byHost(400),
      },
    }),
  ),
];

type Row = readonly [
  target: string,
  token: Promise<string>,
  expect: Case['expect'],
  except?: Exceptions,
];

function judged(claim: string, rows: readonly Row[]): readonly Case[] {
  return rows.map(([target, token, expect, except]) => ({
    name: `${claim}: ${JSON.stringify(target).slice(1, -1).slice(0, 50)}${SCOPES.get(token)}`,
    request: get(target, bearer(token)),
    expect,
    ...(except && { except }),
  }));
}

function rejectedTargets(
  rows: readonly (readonly [target: string, name: string, fetch?: Case['expect']])[],
) {
  const line: Line = bearer(DOCS);
  return rows.map(
    ([target, name, fetch = allowed('doc')]): Case => ({
      name,
      request: get(target, line),
      expect: ambiguous,
      except: { because: 'a handler of Requests gets a URL in any case, and the guard too', fetch },
    }),
  );
}

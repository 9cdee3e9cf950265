import type { RawRequest } from '../contract/raw-http.js';
import type { Application, Item, Place } from './application.js';
import type { BodyApplication } from './body-application.js';
import type { HostName } from './generate-application.js';

/** An application and requests by which something behind the guard once read them in another way. */
export interface Row {
  readonly name: string;
  readonly host: HostName;
  readonly paths?: Application;
  readonly bodies?: BodyApplication;
  readonly heads: readonly RawRequest[];
  /** `checkRoutes` lists the application, or the status of each request with every scope and group. */
  readonly outcome: 'listed' | readonly number[];
  /** The statuses in an application that is listed and starts all the same. */
  readonly unlisted?: readonly number[];
}

function get(...targets: readonly string[]): readonly RawRequest[] {
  return targets.map((target) => ({ method: 'GET', target, headers: [] }));
}

function post(type: string, body: string): readonly RawRequest[] {
  const headers = [`Content-Type: ${type}`, `Content-Length: ${body.length}`];
  return [{ method: 'POST', target: '/t/g1', headers, body }];
}

function byMap(items: readonly Item[], more: Partial<Application> = {}): Application {
  return {
    style: 'by-map',
    caseSensitive: false,
    strict: false,
    saysRouting: true,
    variant: 2,
    before: [],
    base: [],
    rulesCaseSensitive: true,
    items,
    ...more,
  };
}

function byRoute(items: readonly Item[], more: Partial<Application> = {}): Application {
  return byMap(items, { style: 'by-route', ...more });
}

/** `'/a/:p'` to a place that needs the scope. */
function place(path: string, scope: string, more: Partial<Place> = {}): Place {
  return { kind: 'place', id: path, method: 'GET', path: path.slice(1).split('/'), scope, ...more };
}

function nest(
  prefix: string,
  items: readonly Place[],
  { how, strict = false }: { readonly how: number; readonly strict?: boolean },
): Item {
  const path = prefix.slice(1).split('/');
  return { kind: 'nest', path, how, caseSensitive: false, strict, items };
}

function rule(path: string, scope: string): Item {
  return { kind: 'rule', path: path.slice(1).split('/'), scope };
}

function folder(
  entries: Readonly<Record<string, string>>,
  { allowEncodedSlash = false, reader = 0 } = {},
): Item {
  return {
    kind: 'folder',
    path: ['files'],
    reader,
    scope: 'S0',
    entries: Object.entries(entries).map(([path, scope]) => ({
      method: 'GET',
      path: path.slice(1).split('/'),
      scope,
      ...(path === '/files/*' && allowEncodedSlash && { allowEncodedSlash }),
    })),
  };
}

function body(more: Partial<BodyApplication>): BodyApplication {
  return {
    style: 'by-map',
    places: ['body', 'path'],
    before: [0],
    after: [],
    source: 'body',
    reading: 1,
    choice: 'last',
    extendedQuery: false,
    ...more,
  };
}

const HIDDEN = { '/files/secret/*': 'S1', '/files/a@b/*': 'S2', '/files/*': 'S0' };
const MULTIPART = 'multipart/form-data; boundary=X';
const PART = '--X\r\nContent-Disposition: form-data; name="group"\r\n\r\ng2\r\n--X--\r\n';
const CATCH_ALL = [place('/a/*', 'S0'), place('/a/:p/*', 'S1')];
const honoQuick = { caseSensitive: true, strict: true, rulesCaseSensitive: true };

export const ROWS: readonly Row[] = [
  ...(['Express', 'Koa'] as const).flatMap((host): readonly Row[] => [
    {
      name: '1: an encoded slash before a rule at a mount',
      outcome: [400, 400],
      host,
      paths: byRoute([rule('/files/secret', 'S1'), folder(HIDDEN)]),
      heads: get('/files/secret%2Fa.txt', '/files/x/..%2Fsecret/a.txt'),
    },
    {
      name: '2: a sub-delimiter that is encoded, with a map',
      outcome: [400],
      host,
      paths: byMap([folder(HIDDEN)]),
      heads: get('/files/a%40b/a.txt'),
    },
    {
      name: '2: a sub-delimiter that is encoded, with a rule at a mount',
      outcome: 'listed',
      host,
      paths: byRoute([rule('/files/a@b', 'S1'), folder(HIDDEN)]),
      heads: get('/files/a%40b/a.txt'),
    },
    {
      name: '11: an encoded dot segment where encoded slashes are allowed',
      outcome: [400, 400, 400],
      host,
      paths: byMap([folder(HIDDEN, { allowEncodedSlash: true })]),
      heads: get(
        '/files/x/..%2Fsecret/a.txt',
        '/files/secret%2Fa.txt',
        '/files/x%2F..%2Fsecret/a.txt',
      ),
    },
    {
      name: '12: white space of Latin-1 around a group in a header',
      outcome: [403],
      host,
      bodies: body({ places: ['header'], source: 'header', before: [] }),
      heads: [{ method: 'POST', target: '/t/g1', headers: ['X-Group: g1\xa0'] }],
    },
    {
      name: '13: a parameter of a mount and one of a route with the same name',
      outcome: 'listed',
      host,
      paths: byRoute(
        [
          { kind: 'group-rule', path: ['t', ':g'], group: 'g' },
          nest('/t/:n', [place('/t/:n/:g/y', 'S1', { group: 'g', hasRuleAtMount: true })], {
            how: 2,
          }),
        ],
        { variant: 1 },
      ),
      heads: get('/t/g1/g2/y', '/t/g2/g1/y'),
    },
  ]),
  {
    name: '3: a multipart parser behind a body parser that skips such bodies',
    outcome: [400],
    host: 'Koa',
    bodies: body({ after: [12] }),
    heads: post(MULTIPART, PART),
  },
  ...[6, 7].map(
    (variant): Row => ({
      name: `4: a trailing slash that ${variant === 6 ? 'hono/quick' : 'hono/tiny'} ignores`,
      outcome: [200],
      host: 'Hono',
      paths: byMap([place('/admin', 'S1'), place('/*', 'public')], { ...honoQuick, variant }),
      heads: get('/admin/'),
    }),
  ),
  {
    name: '5: a trailing slash that @koa/router keeps',
    outcome: 'listed',
    unlisted: [200, 200],
    host: 'Koa',
    paths: byMap([place('/docs/', 'S0'), place('/:p', 'S1')]),
    heads: get('/docs', '/docs/'),
  },
  {
    name: '6: an application that is mounted in a router',
    outcome: 'listed',
    host: 'Express',
    paths: byMap([nest('/a', [place('/a/:p', 'S0')], { how: 35 }), place('/a/b', 'S1')]),
    heads: get('/a/b'),
  },
  ...(['Express', 'Koa', 'Hono'] as const).map(
    (host): Row => ({
      name: '7: a catch-all that answers what other entries name',
      outcome: 'listed',
      host,
      paths: byMap(CATCH_ALL, host === 'Hono' ? honoQuick : {}),
      heads: get('/a/q/q', '/a/q/7/a', '/a/q/7/a/a/'),
    }),
  ),
  {
    name: '8: a wildcard of Hono before the path above it',
    outcome: 'listed',
    host: 'Hono',
    paths: byMap([place('/a/*', 'S0'), place('/a', 'S1')], { ...honoQuick, variant: 0 }),
    heads: get('/a', '/a/'),
  },
  {
    name: '8: a parameter with a pattern before a wildcard',
    outcome: 'listed',
    host: 'Hono',
    paths: byMap([place('/n/:id', 'S0', { pattern: '[0-9]+' }), place('/n/*', 'S1')], {
      ...honoQuick,
      variant: 0,
    }),
    heads: get('/n/7', '/n/q', '/n/7/'),
  },
  {
    name: '9: a rewrite below koa-mount',
    outcome: [400, 400],
    host: 'Koa',
    paths: byMap([place('/old/:a/:p', 'S0'), place('/:a/:p', 'S1')], {
      base: ['api'],
      before: ['rewrite'],
    }),
    heads: get('/api/old/api/x', '/api/old/x/x'),
  },
  ...(['Express', 'Koa'] as const).flatMap((host): readonly Row[] => {
    // express.static and koa-static with `extensions`.
    const reader = host === 'Express' ? 1 : 2;
    const files = folder({ '/files/*': 'S0' }, { reader });
    return [
      {
        name: 'a regular expression before a route with its own rule',
        outcome: 'listed',
        host,
        paths: byMap([place('/a/*', 'S0', { isRegExp: true }), place('/a/b', 'S1')]),
        heads: get('/a/b'),
      },
      {
        name: 'a file without its extension, before a route with its own rule',
        outcome: 'listed',
        host,
        paths: byMap([files, place('/files/a', 'S1')]),
        heads: get('/files/a'),
      },
      {
        name: 'a file in a folder with routes, without its extension',
        outcome: 'listed',
        host,
        paths: byMap([files, place('/files/a', 'public'), place('/files/:p', 'S1')]),
        heads: get('/files/a'),
      },
      {
        name: 'a file without its extension, after a route with its own rule',
        outcome: [200, 200],
        host,
        paths: byMap([place('/files/a', 'S1'), files]),
        heads: get('/files/a', '/files/a.txt'),
      },
      {
        name: 'a file with its own entry, without its extension',
        outcome: 'listed',
        host,
        paths: byMap([folder({ '/files/a.txt': 'S1', '/files/*': 'S0' }, { reader })]),
        heads: get('/files/a'),
      },
      {
        name: 'a file with its own rule at a mount, without its extension',
        outcome: 'listed',
        host,
        paths: byRoute([rule('/files/a.txt', 'S1'), files]),
        heads: get('/files/a'),
      },
      {
        name: 'an index file with its own entry',
        outcome: 'listed',
        host,
        paths: byMap([folder({ '/files/docs/index.html': 'S1', '/files/*': 'S0' })]),
        heads: get('/files/docs/'),
      },
    ];
  }),
  ...(['Express', 'Koa', 'Hono'] as const).flatMap((host): readonly Row[] => {
    // A route that serves files, by `res.sendFile`, koa-send or `serveStatic`, and adds an extension.
    const reader = { Express: 6, Koa: 2, Hono: 3 }[host];
    const more = host === 'Hono' ? { ...honoQuick, variant: 0 } : { variant: 1 };
    const files = folder({ '/files/*': 'S0' }, { reader });
    const entries = { '/files/secret/a.txt': 'S1', '/files/*': 'S0' };
    return [
      {
        name: 'a file with its own rule, without its extension at a route for all files',
        outcome: 'listed',
        host,
        paths: byRoute([rule('/files/secret/a.txt', 'S1'), files], more),
        heads: get('/files/secret/a'),
      },
      {
        name: 'a file with its own entry, without its extension at a route for all files',
        outcome: 'listed',
        host,
        paths: byMap([folder(entries, { reader })], more),
        heads: get('/files/secret/a'),
      },
    ];
  }),
  {
    name: 'an index file with its own rule, at a route for all files',
    outcome: 'listed',
    host: 'Hono',
    paths: byRoute(
      [rule('/files/docs/index.html', 'S1'), folder({ '/files/*': 'S0' }, { reader: 1 })],
      { ...honoQuick, variant: 0 },
    ),
    heads: get('/files/docs/', '/files/docs'),
  },
  ...(['Express', 'Koa', 'Hono'] as const).map(
    (host): Row => ({
      name: 'a folder with an index file, before a route with its own rule at the path of the folder',
      outcome: 'listed',
      host,
      paths: byMap(
        [
          folder({ '/files/*': 'S1' }, { reader: host === 'Koa' ? 69 : 0 }),
          place('/files/docs', 'public'),
        ],
        host === 'Hono' ? { ...honoQuick, variant: 0 } : {},
      ),
      heads: get('/files/docs', '/files/docs/'),
    }),
  ),
  {
    name: 'a mount that compares case, below another one',
    outcome: 'listed',
    host: 'Koa',
    paths: byMap(
      [nest('/admin', [place('/admin/-', 'S4')], { how: 96 }), place('/admin/*', 'S1')],
      {
        base: ['api'],
        variant: 510,
      },
    ),
    heads: get('/api/Admin/-'),
  },
  {
    name: 'a rule that koa-mount mounts at a path with a colon',
    outcome: 'listed',
    host: 'Koa',
    paths: byRoute([rule('/a:b', 'S1'), place('/:p/*', 'S0')]),
    heads: get('/a%3Ab/x'),
  },
  ...(['Express', 'Koa', 'Hono'] as const).map(
    (host): Row => ({
      name: 'a verb after a colon that is encoded, repeated or without a value',
      outcome: [400, 200, 200],
      host,
      paths: byMap([place('/a/{p}:go', 'S1'), place('/a/:p', 'S0')], {
        caseSensitive: true,
        strict: true,
        variant: 0,
      }),
      heads: get('/a/7%3Ago', '/a/x:y:go', '/a/:go'),
    }),
  ),
  {
    name: '10: two media types in one header',
    outcome: [400, 400],
    host: 'Hono',
    bodies: body({ reading: 4, before: [] }),
    heads: [
      ...post(`application/json, ${MULTIPART}`, PART),
      ...post(`application/json; ${MULTIPART}`, PART),
    ],
  },
  {
    name: 'a parameter that is too long for the router, before a wildcard',
    outcome: [400, 200],
    host: 'Fastify',
    paths: byMap([place('/:p/a', 'S0'), place('/*', 'S1')], { variant: 14 }),
    heads: get('/long/a', '/abc/a'),
  },
  {
    name: 'an empty parameter, before a wildcard',
    outcome: [400, 400],
    host: 'Fastify',
    paths: byMap([place('/:p', 'S0'), place('/a/:p', 'S2'), place('/*', 'S1')], { strict: true }),
    heads: get('/', '/a/'),
  },
  {
    name: 'a semicolon that starts the query',
    outcome: [200, 200],
    host: 'Fastify',
    paths: byMap([place('/a', 'S0'), place('/:p', 'S1')], { variant: 10 }),
    heads: get('/a;v=1', '/a'),
  },
  {
    name: 'a trailing slash of a strict map that a router at a mount adds',
    outcome: 'listed',
    host: 'Express',
    paths: byMap([nest('/q', [place('/q/', 'S0')], { how: 1, strict: true }), place('/:p', 'S1')], {
      strict: true,
    }),
    heads: get('/q'),
  },
  {
    name: 'a trailing slash that a router at a mount does not see',
    outcome: [200],
    host: 'Express',
    paths: byMap(
      [nest('/a/:n', [place('/a/:n', 'S0')], { how: 2, strict: true }), place('/:p/*', 'S1')],
      {
        strict: true,
      },
    ),
    heads: get('/a/7/'),
  },
];

import {
  type AuthRequest,
  createGuard,
  type EndpointMap,
  type Routing,
  type TokenVerifier,
} from '@mandate/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../../support/auth-request.js';

const verifiers: readonly TokenVerifier[] = [
  {
    accepts: () => true,
    verify: () => {
      throw new Error('no token is verified here');
    },
  },
];

const createMap = (endpoints: EndpointMap) => createGuard({ verifiers, endpoints }).endpoints;
const anyScope = { scopes: [] };

/** A map of which only the keys matter. */
const mapOf = (...keys: readonly string[]) =>
  createMap(Object.fromEntries(keys.map((key) => [key, anyScope])));

/** The key of the entry that applies to a request; `null` if there is none. */
function find(
  map: ReturnType<typeof createMap>,
  line: string,
  options: Partial<AuthRequest> = {},
): string | null {
  const [method = '', path = ''] = line.split(' ');
  return map.match({ ...createRequest({ method, path }), ...options })?.name ?? null;
}

const loose: Routing = { caseSensitive: false, strict: false };
/** As Express: its routers ignore a trailing slash of the path and that of the route. */
const express = { routing: loose, isLastSlashAmbiguous: () => false };

describe('the endpoint map', () => {
  const map = mapOf(
    'GET /',
    'GET /docs',
    'GET /docs/admin',
    'GET /docs/:id',
    'GET /docs/{id}/parts/:part',
    'GET /docs/:id/parts/first',
    'GET /docs/admin/keys',
    'GET /docs/*',
    'POST /docs',
    'GET /files/*',
    'GET /files/readme.txt',
    'GET /:tenant/settings',
  );

  test.each([
    ['GET /', 'GET /'],
    ['GET /docs', 'GET /docs'],
    ['GET /docs/admin', 'GET /docs/admin'],
    ['GET /docs/1', 'GET /docs/:id'],
    ['GET /docs/administrator', 'GET /docs/:id'],
    ['GET /docs/adm', 'GET /docs/:id'],
    ['GET /docs/ADMIN', 'GET /docs/:id'],
    ['GET /docs/admin/parts/2', 'GET /docs/{id}/parts/:part'],
    ['GET /docs/7/parts/first', 'GET /docs/:id/parts/first'],
    ['GET /docs/7/parts/firstly', 'GET /docs/{id}/parts/:part'],
    ['GET /docs/admin/keys', 'GET /docs/admin/keys'],
    ['GET /docs/admin/other', 'GET /docs/*'],
    ['GET /docs/7/parts', 'GET /docs/*'],
    ['GET /docs/a/b/c/d', 'GET /docs/*'],
    ['GET /files/a', 'GET /files/*'],
    ['GET /files/a/b', 'GET /files/*'],
    ['GET /files/readme.txt', 'GET /files/readme.txt'],
    ['GET /files/readmeXtxt', 'GET /files/*'],
    ['GET /acme/settings', 'GET /:tenant/settings'],
    ['HEAD /docs/1', 'GET /docs/:id'],
    ['POST /docs', 'POST /docs'],
    ['GET /docs/%40', 'GET /docs/:id'],
    ['GET /docs/caf%C3%A9', 'GET /docs/:id'],
    ['GET /docs/:id', 'GET /docs/:id'],
    ['GET /docs/*', 'GET /docs/:id'],
    ['GET /files', null],
    ['GET /other', null],
    ['GET /docs2', null],
    ['GET /doc', null],
    ['GET /settings', null],
    ['GET /acme/settings/x', null],
    ['POST /docs/1', null],
    ['HEAD /unmapped', null],
    ['PUT /docs', null],
    ['OPTIONS /docs', null],
    ['TRACE /docs', null],
    ['get /docs', null],
    ['PROPFIND /docs', null],
    ['__proto__ /docs', null],
    ['constructor /docs', null],
    ['toString /docs', null],
  ])('applies to %s the entry %s', (line, key) => {
    expect(find(map, line)).toBe(key);
  });

  test('does not match an empty segment with a parameter', () => {
    expect(find(mapOf('GET /docs/:id'), 'GET /docs/')).toBeNull();
  });

  test('lets HEAD follow GET only', () => {
    expect(find(mapOf('POST /docs'), 'HEAD /docs')).toBeNull();
  });

  test('maps OPTIONS like any other method', () => {
    expect(find(mapOf('OPTIONS /docs'), 'OPTIONS /docs')).toBe('OPTIONS /docs');
  });

  test('is not confused by names that every object inherits', () => {
    const names = mapOf('GET /constructor', 'GET /:a/toString');
    expect(find(names, 'GET /__proto__')).toBeNull();
    expect(find(names, 'GET /constructor')).toBe('GET /constructor');
    expect(find(names, 'GET /__proto__/toString')).toBe('GET /:a/toString');
  });

  test.each([
    '//docs',
    '/docs/../admin',
    '/docs/%2e%2e/admin',
    '/docs/%61dmin',
    '/docs\\admin',
    '*',
  ])('rejects the ambiguous %s', (path) => {
    expect(() => find(map, `GET ${path}`)).toThrow(
      expect.objectContaining({ code: 'path_ambiguous' }),
    );
  });

  test('rejects a target that was ambiguous before the host derived a path from it', () => {
    for (const target of ['/docs/x/../1', '//docs/1', '/docs/%31', 'http://api.example/docs/1']) {
      expect(() => find(map, 'GET /docs/1', { target })).toThrow(
        expect.objectContaining({ code: 'path_ambiguous' }),
      );
    }
    expect(find(map, 'GET /docs/1', { target: '/api/docs/1' })).toBe('GET /docs/:id');
  });

  test('accepts an encoded slash only with allowEncodedSlash', () => {
    const slashes = createMap({
      'GET /open/:name': { scopes: [], allowEncodedSlash: true },
      'GET /closed/:name': { scopes: [] },
      'GET /public/:name': 'public',
    });
    expect(find(slashes, 'GET /open/a%2Fb')).toBe('GET /open/:name');
    expect(find(slashes, 'GET /open/a%2fb')).toBe('GET /open/:name');
    expect(find(slashes, 'GET /open/a', { target: '/open%2Fa' })).toBe('GET /open/:name');
    for (const path of ['/closed/a%2Fb', '/public/a%2Fb', '/unmapped%2Fa', '/open%2fa']) {
      expect(() => find(slashes, `GET ${path}`)).toThrow(
        expect.objectContaining({ code: 'path_ambiguous' }),
      );
    }
    expect(() => find(slashes, 'GET /closed/a', { target: '/closed%2Fa' })).toThrow(
      expect.objectContaining({ code: 'path_ambiguous' }),
    );
  });

  test.each([
    ['an unknown method', 'FETCH /a'],
    ['a method in lower case', 'get /a'],
    ['HEAD', 'HEAD /a'],
    ['no method', '/a'],
    ['no path', 'GET'],
    ['a path without a slash', 'GET a'],
    ['two spaces', 'GET  /a'],
    ['a double slash', 'GET /a//b'],
    ['only slashes', 'GET //'],
    ['a dot segment', 'GET /a/./b'],
    ['a double dot segment', 'GET /a/../b'],
    ['a wildcard that is not the last', 'GET /*/a'],
    ['a wildcard and a slash', 'GET /a/*/'],
    ['a wildcard inside a segment', 'GET /a*'],
    ['two parameters in a segment', 'GET /{a}:{b}'],
    ['a short parameter with a suffix', 'GET /:id.json'],
    ['a short parameter with a verb', 'GET /:id:verb'],
    ['a colon before a parameter in braces', 'GET /:{id}'],
    ['a wildcard beside a parameter', 'GET /{id}*'],
    ['a parameter without a name', 'GET /:'],
    ['a parameter without a name in braces', 'GET /{}'],
    ['an optional parameter', 'GET /:id?'],
    ['a parameter with a pattern', 'GET /:id(\\d+)'],
    ['a parameter that stands twice', 'GET /:id/x/{id}'],
    ['a query', 'GET /a?b=c'],
    ['an encoded character', 'GET /a%20b'],
    ['a character beyond ASCII', 'GET /caf\u00e9'],
    ['a line break', 'GET /a\n'],
  ])('cannot be made with a key that has %s', (_fault, key) => {
    expect(() => mapOf(key)).toThrow(TypeError);
  });

  test.each([
    ['no scopes', {}],
    ['a misspelt word', 'publik'],
    ['null', null],
    ['true', true],
    ['scopes that are a string', { scopes: 'SEARCH' }],
    ['scopes that are null', { scopes: null }],
    ['a scope that is empty', { scopes: [''] }],
    ['a scope with a space', { scopes: ['SEARCH CHAT'] }],
    ['a scope with a quote', { scopes: ['"'] }],
    ['a scope that is not a string', { scopes: [1] }],
    ['none of several scopes', { scopes: { anyOf: [] } }],
    ['anyOf that is a string', { scopes: { anyOf: 'SEARCH' } }],
    ['a group without a name', { scopes: [], group: '' }],
    ['a group that nothing names', { scopes: [], group: {} }],
    ['a group in a parameter that is not there', { scopes: [], group: { path: 'other' } }],
  ])('cannot be made with a rule of %s', (_fault, rule) => {
    const map = { 'GET /a/:id': rule } as unknown as EndpointMap;
    expect(() => createMap(map)).toThrow(TypeError);
    expect(() => createMap(map)).toThrow(/GET \/a\/:id/);
  });

  test.each([
    ['GET /a/:id', 'GET /a/:name'],
    ['GET /a/:id', 'GET /a/{id}'],
    ['GET /:a/:b', 'GET /:b/:a'],
  ])('cannot be made with %s beside %s, which are one endpoint', (one, other) => {
    expect(() => mapOf(one, other)).toThrow(TypeError);
  });
});

describe('a host that compares paths in another way', () => {
  const map = mapOf('GET /Docs/admin', 'GET /docs/:id', 'GET /Files/*', 'GET /');

  test.each([
    ['GET /DOCS/ADMIN', 'GET /Docs/admin'],
    ['GET /docs/admin/', 'GET /Docs/admin'],
    ['GET /dOcS/Admin/', 'GET /Docs/admin'],
    ['GET /Docs/X', 'GET /docs/:id'],
    ['GET /files/a/', 'GET /Files/*'],
    ['GET /', 'GET /'],
    ['GET /files/', null],
    ['GET /docs/', null],
  ])('applies to %s the entry %s', (line, key) => {
    expect(find(map, line, { routing: loose })).toBe(key);
  });

  test('can compare case but not the trailing slash, or the trailing slash but not case', () => {
    const noSlash = { routing: { caseSensitive: true, strict: false } };
    expect(find(map, 'GET /docs/admin/', noSlash)).toBe('GET /docs/:id');
    expect(find(map, 'GET /Docs/admin/', noSlash)).toBe('GET /Docs/admin');
    const noCase = { routing: { caseSensitive: false, strict: true } };
    expect(find(map, 'GET /docs/ADMIN', noCase)).toBe('GET /Docs/admin');
    expect(find(map, 'GET /docs/admin/', noCase)).toBeNull();
  });

  test('distinguishes a path with a trailing slash from one without if the host does', () => {
    const slashes = mapOf('GET /a', 'GET /a/');
    expect(find(slashes, 'GET /a')).toBe('GET /a');
    expect(find(slashes, 'GET /a/')).toBe('GET /a/');
    expect(() => find(slashes, 'GET /a', { routing: loose })).toThrow(TypeError);
  });
});

describe('a path that is the folder of a wildcard', () => {
  const map = mapOf('GET /:page', 'GET /files/*', 'GET /files/secret/*', 'GET /own', 'GET /own/*');

  test.each([
    ['GET /files', 'GET /:page and GET /files/*'],
    ['GET /files/secret', 'GET /files/* and GET /files/secret/*'],
    ['GET /files/secret/a', 'GET /files/secret/*'],
    ['GET /own', 'GET /own'],
    ['GET /other', 'GET /:page'],
  ])('requires what both require, unless a key names it: %s', (line, name) => {
    expect(find(map, line)).toBe(name);
    if (!line.endsWith('/a')) expect(find(map, `${line}/`, express)).toBe(name);
  });

  test('stays denied if no wider entry matches it', () => {
    expect(find(mapOf('GET /files/*'), 'GET /files')).toBeNull();
  });
});

describe('a path that ends in a slash on a host that keeps it', () => {
  const strict: Partial<AuthRequest> = {
    routing: { caseSensitive: true, strict: true },
    isLastSlashAmbiguous: () => false,
  };

  test.each([
    [['GET /files/*', 'GET /files/a.txt'], '/files/a.txt/', 'GET /files/* and GET /files/a.txt'],
    [['GET /:p/', 'GET /a.txt'], '/a.txt/', 'GET /:p/ and GET /a.txt'],
    [['GET /*', 'GET /:p'], '/x/', 'GET /* and GET /:p'],
    [['GET /*', 'GET /:p/a.txt', 'GET /x/:q'], '/x/a.txt/', 'GET /* and GET /x/:q'],
    [['GET /files/*', 'GET /files'], '/files/', 'GET /files/* and GET /files'],
    // An entry for exactly that path, or an equally specific one, suffices.
    [['GET /a', 'GET /a/'], '/a/', 'GET /a/'],
    [['GET /:p', 'GET /a/'], '/a/', 'GET /a/'],
    [['GET /:p', 'GET /:q/'], '/a/', 'GET /:q/'],
    [['GET /files/*', 'GET /files/secret/*'], '/files/secret/', 'GET /files/secret/*'],
    [['GET /files/*', 'GET /files/secret/*'], '/files/x/', 'GET /files/*'],
  ])('of %j: %s matches %s', (keys, path, name) => {
    expect(find(mapOf(...keys), `GET ${path}`, strict)).toBe(name);
    expect(find(mapOf(...keys), `HEAD ${path}`, strict)).toBe(name);
  });
});

describe('a trailing slash that a host may compare in another way', () => {
  const slashes = mapOf('GET /docs/', 'GET /:page', 'GET /only/this/');
  const admin = mapOf('GET /admin', 'GET /*');

  test.each([
    ['GET /docs', 'GET /docs/ and GET /:page'],
    ['GET /docs/', 'GET /docs/ and GET /:page'],
    ['GET /DOCS/', 'GET /docs/ and GET /:page'],
    ['GET /other/', 'GET /:page'],
    ['GET /only/this/', 'GET /only/this/'],
    ['GET /only/this', null],
  ])('requires what both entries require if a router keeps that of a route: %s', (line, name) => {
    expect(find(slashes, line, { routing: loose })).toBe(name);
  });

  test('requires what both entries require if a router ignores that of a path', () => {
    const ambiguous = { isLastSlashAmbiguous: () => true };
    expect(find(admin, 'GET /admin/', ambiguous)).toBe('GET /* and GET /admin');
    expect(find(slashes, 'GET /docs', ambiguous)).toBe('GET /:page and GET /docs/');
    expect(find(slashes, 'GET /docs')).toBe('GET /:page');
  });

  test('does not ask the host if both lead to the same entry', () => {
    const isLastSlashAmbiguous = () => {
      throw new Error('asked');
    };
    for (const path of ['/x/', '/x', '/admin', '/']) {
      expect(find(admin, `GET ${path}`, { isLastSlashAmbiguous })).not.toBeNull();
    }
    for (const path of ['/x/', '/x', '/docs/x']) {
      find(slashes, `GET ${path}`, { routing: loose, isLastSlashAmbiguous });
    }
  });
});

describe('a path that is percent-encoded', () => {
  const map = createMap({
    'GET /files/a@b/*': anyScope,
    'GET /files/*': anyScope,
    'GET /users/:id': anyScope,
    'GET /users/me@x': anyScope,
    'GET /open/*': { scopes: [], allowEncodedSlash: true },
    'GET /open/secret/*': anyScope,
  });

  test.each([
    ['/users/a%40b.com', 'GET /users/:id'],
    ['/files/a%20b', 'GET /files/*'],
    ['/files/100%25', 'GET /files/*'],
    ['/open/a%2Fb', 'GET /open/*'],
    ['/open/a%252Fb', 'GET /open/*'],
    ['/open/secrets%2Fb', 'GET /open/*'],
  ])('is judged by the entry that it matches, decoded or not: %s', (path, name) => {
    expect(find(map, `GET ${path}`)).toBe(name);
  });

  test.each([
    '/files/a%40b/x.txt',
    '/files/a%2540b/x.txt',
    '/users/me%40x',
    '/files/a%2Fb',
    '/open/secret%2Fx',
    '/open/secret%252Fx',
    '/open/a%2F..%2Fsecret',
    '/open/..%2Ffiles',
    '/open/..%252Ffiles',
    '/open/%2F',
    '/open/a%2F',
    '/open/a%2F%2Fb',
    '/open/a%2F.%2Fb',
    '/open/a%2F.',
  ])('is ambiguous if the two entries differ: %s', (path) => {
    for (const options of [{}, { routing: loose }]) {
      expect(() => find(map, `GET ${path}`, options)).toThrow(
        expect.objectContaining({ code: 'path_ambiguous' }),
      );
    }
  });

  test.each(['%', '%25', '%2525'])('is ambiguous if decoding %s makes a literal', (percent) => {
    for (const character of ':@$&+,;=') {
      const withLiteral = mapOf(`GET /a${character}`, 'GET /:id');
      const code = character.charCodeAt(0).toString(16);
      expect(() => find(withLiteral, `GET /a${percent}${code}`)).toThrow(
        expect.objectContaining({ code: 'path_ambiguous' }),
      );
      expect(find(withLiteral, `GET /b${percent}${code}`)).toBe('GET /:id');
    }
  });

  test('is ambiguous if a letter beyond ASCII becomes a letter of a literal in lower case', () => {
    const kelvin = mapOf('GET /koala', 'GET /:id');
    expect(() => find(kelvin, 'GET /%E2%84%AAoala', { routing: loose })).toThrow(
      expect.objectContaining({ code: 'path_ambiguous' }),
    );
    expect(find(kelvin, 'GET /%E2%84%AAoala')).toBe('GET /:id');
  });
});

/** How specific a segment is. The most specific matching entry applies to a path. */
function rank(segment: string | undefined): number {
  if (segment === '*') return 2;
  return segment?.startsWith(':') || segment?.startsWith('{') ? 1 : 0;
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  const isWild = pattern.at(-1) === '*';
  const fixed = isWild ? pattern.slice(0, -1) : pattern;
  if (isWild ? segments.length <= fixed.length : segments.length !== fixed.length) return false;
  return fixed.every((one, i) => (rank(one) === 1 ? segments[i] !== '' : one === segments[i]));
}

/** The same question, answered by looking at every entry. */
function findNaively(keys: readonly string[], path: string): string | null {
  const split = (one: string) => one.slice(1).split('/');
  const fitting = keys
    .filter((key) => fits(split(key.slice(4)), split(path)))
    .sort((a, b) => {
      const [left, right] = [split(a.slice(4)), split(b.slice(4))];
      const differ = left.findIndex((one, i) => rank(one) !== rank(right[i]));
      return differ === -1 ? 0 : rank(left[differ]) - rank(right[differ]);
    });
  return fitting[0] ?? null;
}

/**
 * The same for a path that is the folder of a `*`, such as `/files` of `/files/*`: unless a key has just
 * that path, the rules of both must allow it.
 */
function findWithFolders(keys: readonly string[], path: string): string | null {
  const wider = findNaively(keys, path);
  const shapes = new Set(keys.map(shapeOf));
  const folders = keys
    .filter((key) => /\/[^/:{]+\/\*$/.test(key) && !shapes.has(shapeOf(key.slice(0, -2))))
    .map((key) => key.slice(0, -2));
  const found = findNaively([...keys, ...folders], path);
  if (wider === null || found === null || !folders.includes(found)) return wider;
  return `${wider} and ${found}/*`;
}

/** The same on a host that keeps a trailing slash, where a more specific entry of the path without it counts. */
function findWithFiles(keys: readonly string[], path: string): string | null {
  const found = findWithFolders(keys, path);
  if (found === null || path === '/' || !path.endsWith('/')) return found;
  const other = findWithFolders(keys, path.slice(0, -1));
  if (other === null || !isMoreSpecific(other, found)) return found;
  return `${found} and ${other}`;
}

function isMoreSpecific(one: string, other: string): boolean {
  const [first = '', second = ''] = [one, other].map((key) =>
    key
      .replace(/ and .*/, '')
      .replace(/[/]$/, '')
      .split('/')
      .map((segment) => (segment === '*' ? 2 : /[:{]/.test(segment) ? 1 : 0))
      .join(''),
  );
  const at = [...second].findIndex((rank, i) => rank !== (first[i] ?? '0'));
  return at !== -1 && (second[at] as string) > (first[at] ?? '0');
}

/** A key without the names of its parameters. */
const shapeOf = (key: string) => key.replace(/\{\w+\}|:\w+/g, ':');

describe('any endpoint map', () => {
  const literal = fc.constantFrom('a', 'b', 'ab', 'abc', 'A', 'a.b', 'p0', 'abcdefghijklmnopq');
  const parameter = fc.constantFrom(':p', '{p}');
  const key = fc
    .tuple(
      fc.array(fc.oneof({ weight: 3, arbitrary: literal }, parameter), { maxLength: 4 }),
      fc.constantFrom('', '', '*', '/'),
    )
    .map(([segments, end]) => {
      // Parameters of one path have names of their own.
      const named = segments.map((one, i) => one.replace('p}', `p${i}}`).replace(/^:p$/, `:p${i}`));
      if (end === '/') return `GET /${named.map((one) => `${one}/`).join('')}`;
      return `GET /${[...named, ...(end === '*' ? ['*'] : [])].join('/')}`;
    });
  /** Entries that are not the same endpoint: equal but for the names of parameters. */
  const keys = fc.uniqueArray(key, {
    maxLength: 14,
    selector: shapeOf,
  });
  const path = fc
    .tuple(fc.array(fc.oneof(literal, fc.constant('x')), { maxLength: 5 }), fc.boolean())
    .map(([segments, slash]) => `/${segments.join('/')}${slash && segments.length > 0 ? '/' : ''}`);

  test('finds the same entry for every path as a linear search', () => {
    fc.assert(
      fc.property(keys, fc.array(path, { minLength: 1, maxLength: 20 }), (entries, paths) => {
        const map = mapOf(...entries);
        for (const one of paths) {
          expect([one, find(map, `GET ${one}`)]).toEqual([one, findWithFiles(entries, one)]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('does so for a host that ignores case and a trailing slash, too', () => {
    const routing = { caseSensitive: false, strict: false };
    const normalize = (one: string) =>
      (one.length > 1 ? one.replace(/\/$/, '') : one).toLowerCase();
    fc.assert(
      fc.property(keys, fc.array(path, { minLength: 1, maxLength: 20 }), (entries, paths) => {
        const byShape = new Map(entries.map((one) => [normalize(shapeOf(one).slice(4)), one]));
        const distinct = [...byShape.values()];
        const loose = new Map(distinct.map((one) => [`GET ${normalize(one.slice(4))}`, one]));
        const map = mapOf(...distinct);
        for (const one of paths) {
          const expected = findWithFolders([...loose.keys()], normalize(one));
          const names = expected?.split(' and ').map((name) => loose.get(name));
          expect([
            one,
            find(map, `GET ${one}`, { routing, isLastSlashAmbiguous: () => false }),
          ]).toEqual([one, names?.join(' and ') ?? null]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

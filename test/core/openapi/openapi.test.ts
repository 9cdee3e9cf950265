import { createGuard } from '@mandate/core';
import { toEndpoints } from '@mandate/core/openapi';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIBRARY, withPaths } from './library.js';

const get = (operation: object) => ({ get: operation });

describe('an endpoint map from an OpenAPI document', () => {
  test('has every operation with its security', () => {
    expect(toEndpoints(LIBRARY)).toEqual({
      'GET /books': { scopes: ['books:read'] },
      'POST /books': { scopes: ['books:read', 'books:write'] },
      'GET /books/{book_id}': { scopes: { anyOf: [['books:read'], ['reader', 'staff']] } },
      'DELETE /books/{book_id}': { scopes: ['admin'] },
      'GET /health': 'public',
      'GET /opening-hours': 'public',
      'GET /me': { scopes: [] },
      'PUT /shelves/{shelf}': { scopes: [] },
    });
  });

  test('is one that a guard takes', () => {
    const verifiers = [{ accepts: () => false, verify: () => Promise.reject(new Error('unused')) }];
    const guard = createGuard({ verifiers, endpoints: toEndpoints(LIBRARY, { prefix: '/api' }) });
    expect(guard.endpoints.endpoints.map(({ name }) => name)).toContain('GET /api/books');
  });

  test('has only the schemes that the caller accepts', () => {
    const document = withPaths({ '/a': get({ security: [{ oauth: ['a'] }, { key: ['b'] }] }) });
    expect(toEndpoints(document, { bearerSchemes: ['key'] })).toEqual({
      'GET /a': { scopes: ['b'] },
    });
  });

  test('keeps the scopes of an undeclared scheme that the caller names', () => {
    const document = { openapi: '3.0.3', paths: { '/a': get({ security: [{ theirs: ['a'] }] }) } };
    expect(() => toEndpoints(document)).toThrow(
      'GET /a: no bearer token meets its security: theirs',
    );
    expect(toEndpoints(document, { bearerSchemes: ['theirs'] })).toEqual({
      'GET /a': { scopes: ['a'] },
    });
  });
});

describe('an operation without security', () => {
  const document = withPaths(
    { '/a': get({}), '/b': { post: {} }, '/c': get({ security: [] }) },
    {
      security: undefined,
    },
  );
  const { security: _, ...without } = document as Record<string, unknown>;

  test('is rejected, and the message names every such operation', () => {
    const attempt = () => toEndpoints(without);
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(/GET \/a: neither .*\nPOST \/b: neither [^\n]*$/);
  });

  test('gets the rule that the caller chooses', () => {
    const withoutSecurity = { scopes: ['admin'] };
    expect(toEndpoints(without, { withoutSecurity })).toEqual({
      'GET /a': { scopes: ['admin'] },
      'POST /b': { scopes: ['admin'] },
      'GET /c': 'public',
    });
  });

  test.each([null, {}, 'oauth', 1])('is not one whose security is %j', (security) => {
    const broken = withPaths({ '/a': get({ security }) });
    expect(() => toEndpoints(broken, { withoutSecurity: 'public' })).toThrow(
      'GET /a: its security must be a list',
    );
  });
});

describe('an operation that no bearer token can use', () => {
  test('is rejected together with all others of its kind', () => {
    const document = withPaths({
      '/a': get({ security: [{ key: [] }, { basic: [] }] }),
      '/b': get({ security: [{ oauth: ['b'] }] }),
      '/c': get({ security: [{ oauth: ['c'], key: [] }] }),
    });
    expect(() => toEndpoints(document)).toThrow(
      'toEndpoints:\n' +
        'GET /a: no bearer token meets its security: key, or basic\n' +
        'GET /c: no bearer token meets its security: oauth and key',
    );
  });

  test.each(['constructor', '__proto__', 'toString'])(
    'is one whose scheme is named %s and not declared',
    (scheme) => {
      const security = [Object.fromEntries([[scheme, []]])];
      expect(() => toEndpoints(withPaths({ '/a': get({ security }) }))).toThrow(
        `GET /a: no bearer token meets its security: ${scheme}`,
      );
    },
  );
});

describe('an override', () => {
  test('replaces the rule of the document, or omits the operation', () => {
    const document = withPaths({
      '/a': get({ security: null }),
      '/b': get({}),
      '/c/{x}.{y}': get({}),
    });
    const overrides = {
      'GET /a': { scopes: ['a'] },
      'GET /b': 'public',
      'GET /c/{x}.{y}': null,
    } as const;
    expect(toEndpoints(document, { overrides, prefix: '/v1' })).toEqual({
      'GET /v1/a': { scopes: ['a'] },
      'GET /v1/b': 'public',
    });
  });

  test('of an unknown operation is rejected', () => {
    const overrides = { 'GET /bokos': 'public', 'GET /books': 'public' } as const;
    expect(() => toEndpoints(LIBRARY, { overrides })).toThrow('has no operation GET /bokos');
  });

  test('that is invalid is rejected', () => {
    const overrides = { 'GET /books': { scopes: ['a b'] } };
    expect(() => toEndpoints(LIBRARY, { overrides })).toThrow('GET /books');
  });
});

describe('a path as APIs with custom methods have it', () => {
  test.each([
    ['/v1/{name}:cancel', 'POST /v1/{name}:cancel'],
    ['/accounts:lookUp', 'POST /accounts:lookUp'],
    ['/files/thumbnail.{ext}', 'POST /files/thumbnail.{ext}'],
    ['/files/{file name}.json', 'POST /files/{file_name}.json'],
    ['/v{version}/items:{verb}', 'POST /v{version}/items:{verb}'],
  ])('is converted: %s', (path, key) => {
    expect(toEndpoints(withPaths({ [path]: { post: {} } }))).toHaveProperty([key]);
  });

  test('is an operation of its own beside the same path without the text', () => {
    const map = toEndpoints(withPaths({ '/v1/{name}': get({}), '/v1/{name}:cancel': get({}) }));
    expect(Object.keys(map)).toEqual(['GET /v1/{name}', 'GET /v1/{name}:cancel']);
  });

  test('is the same as one with another name of the parameter', () => {
    const paths = { '/v1/{a b}:cancel': get({}), '/v1/{a_b}:cancel': get({}) };
    expect(() => toEndpoints(withPaths(paths))).toThrow('another operation is also GET');
  });
});

describe('the method query of OpenAPI 3.2', () => {
  test('is an entry with the method QUERY', () => {
    const security = [{ oauth: ['search'] }];
    const document = withPaths({ '/search': { query: { security } } }, { openapi: '3.2.0' });
    expect(toEndpoints(document)).toEqual({ 'QUERY /search': { scopes: ['search'] } });
  });
});

describe('what an endpoint map cannot express', () => {
  test.each([
    ['/a/{b}.{c}', 'get'],
    ['/a/{b}{c}', 'get'],
    ['/a/:{b}', 'get'],
    ['/a/{b}*', 'get'],
    ['/a/{b', 'get'],
    ['/a/b}:go', 'get'],
    ['/a/{b}:g o', 'get'],
    ['/a/{}', 'get'],
    ['/a/:b', 'get'],
    ['/a/*', 'get'],
    ['/a/b c', 'get'],
    ['/a//b', 'get'],
    ['a/b', 'get'],
    ['/a', 'trace'],
    ['/a', 'head'],
  ])('is rejected: %s %s', (path, method) => {
    const attempt = () => toEndpoints(withPaths({ [path]: { [method]: {} } }));
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(`${method.toUpperCase()} ${path}: `);
  });

  test('is a HEAD with requirements other than those of its GET', () => {
    const paths = { '/a': { get: {}, head: { security: [{ oauth: ['more'] }] } } };
    expect(() => toEndpoints(withPaths(paths))).toThrow('HEAD /a: HEAD follows GET');
  });

  test('is a method of its own', () => {
    const paths = { '/a': { additionalOperations: { COPY: {} } } };
    expect(() => toEndpoints(withPaths(paths))).toThrow('COPY /a: ');
  });

  test('is an endpoint that appears twice', () => {
    const paths = { '/a/{b.c}': get({}), '/a/{b_c}': get({}) };
    expect(() => toEndpoints(withPaths(paths))).toThrow('another operation is also GET /a/{b_c}');
  });
});

describe('a $ref of a path', () => {
  const refer = ($ref: unknown, rest: object = {}) => withPaths({ '/a': { $ref, ...rest } });

  test('is followed, and keeps its siblings', () => {
    const paths = {
      '/a': { $ref: '#/paths/~1b', summary: 'Another name', post: {} },
      '/b': { summary: 'A name', ...get({ security: [] }) },
    };
    expect(toEndpoints(withPaths(paths))).toEqual({
      'GET /a': 'public',
      'POST /a': { scopes: ['books:read'] },
      'GET /b': 'public',
    });
  });

  test.each([
    ['other.yaml#/paths/~1a', 'leaves the document'],
    [7, 'leaves the document'],
    ['#/paths/~1a', 'circular'],
    ['#/paths/~1missing', 'must be an object'],
    ['#/openapi/deeper', 'must be an object'],
    ['#/constructor', 'must be an object'],
    ['#/%zz', 'is not a valid URI'],
  ])('is rejected if it cannot be followed: %s', (ref, reason) => {
    expect(() => toEndpoints(refer(ref))).toThrow(TypeError);
    expect(() => toEndpoints(refer(ref))).toThrow(reason);
  });

  test('is rejected if an operation is on both sides of it', () => {
    const document = refer('#/components/pathItems/~1shelves~1%7Bshelf%7D', { put: {} });
    expect(() => toEndpoints(document)).toThrow('"put" is beside its $ref and in the target');
  });
});

describe('an invalid OpenAPI 3 document', () => {
  test.each([
    [undefined],
    [null],
    ['openapi: 3.1.0'],
    [[]],
    [{}],
    [{ swagger: '2.0', paths: {} }],
    [{ openapi: 3.1, paths: {} }],
    [{ openapi: '2.0', paths: {} }],
    [{ openapi: '30', paths: {} }],
    [{ openapi: '3.1.0' }],
    [{ openapi: '3.1.0', paths: [] }],
    [{ openapi: '3.1.0', paths: {} }],
    [{ openapi: '3.1.0', paths: { '/a': null } }],
    [{ openapi: '3.1.0', paths: { '/a': { get: null } } }],
    [{ openapi: '3.1.0', paths: { '/a': get({ security: [null] }) } }],
    [{ openapi: '3.1.0', paths: { '/a': get({ security: [{ a: 'b' }] }) } }],
    [{ openapi: '3.1.0', paths: { '/a': get({ security: [{ a: [1] }] }) } }],
    [{ ...LIBRARY, components: { securitySchemes: { oauth: null } } }],
  ])('is rejected: %j', (document) => {
    expect(() => toEndpoints(document)).toThrow(TypeError);
  });

  test('is rejected with a TypeError, whatever its type', () => {
    const garbage = fc.oneof(
      fc.jsonValue(),
      fc.jsonValue().map((paths) => withPaths(paths)),
      fc.jsonValue().map((item) => withPaths({ '/a': item })),
      fc.jsonValue().map((security) => withPaths({ '/a': get({ security }) })),
    );
    fc.assert(
      fc.property(garbage, (document) => {
        try {
          toEndpoints(document);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

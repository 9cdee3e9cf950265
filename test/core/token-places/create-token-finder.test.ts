import type { AuthRequest } from '@mandate/core';
import {
  createTokenFinder,
  type TokenFinderOptions,
  type TokenPlace,
} from '@mandate/core/token-places';
import { describe, expect, test } from 'vitest';
import { createRequest, type RequestOptions } from '../../support/auth-request.js';

/** The token that is found, or the code of the refusal. */
async function find(
  places: readonly TokenPlace[],
  request: RequestOptions,
  options?: TokenFinderOptions,
) {
  try {
    return await createTokenFinder(places, options).find(createRequest(request));
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('a function', () => {
  test('gets the request and the request of the host', async () => {
    const seen: unknown[] = [];
    const host = { headers: {} };
    const place = (request: AuthRequest, native: unknown) => {
      seen.push(request.path, native);
      return 'abc';
    };
    expect(await find([place], { path: '/x', host: () => host })).toBe('abc');
    expect(seen).toEqual(['/x', host]);
  });

  test.each([undefined, null, ''])('may return %j if there is no token', async (value) => {
    expect(await find([() => value as undefined], {})).toBeUndefined();
    expect(await find([async () => value as undefined], {})).toBeUndefined();
  });

  test.each([[['abc']], [['a', 'b']], [{}], [7], ['a b'], [true]])(
    'may not return %j',
    async (value) => {
      expect(await find([() => value as never], {})).toBe('credentials_malformed');
      expect(await find([async () => value as never], {})).toBe('credentials_malformed');
    },
  );

  test('may fail, which is a fault and not a refusal', async () => {
    const fault = new Error('session store');
    const finder = createTokenFinder([
      () => {
        throw fault;
      },
    ]);
    expect(() => finder.find(createRequest())).toThrow(fault);
    const later = createTokenFinder([async () => Promise.reject(fault)]);
    await expect(later.find(createRequest())).rejects.toBe(fault);
  });

  test('returns no promise unless a place does', () => {
    const finder = createTokenFinder([{ header: 'x-token' }, () => 'abc']);
    expect(finder.find(createRequest())).toBe('abc');
  });
});

describe('a cookie that the host reads', () => {
  const signed: TokenPlace = {
    cookie: 'token',
    read: (_, host) => (host as { signed: string }).signed,
  };
  const request = {
    method: 'POST',
    host: () => ({ signed: 'abc' }),
    headers: { cookie: 'token=forged' },
  };

  test('is not read from the header', async () => {
    expect(await find([signed], { ...request, method: 'GET' })).toBe('abc');
  });

  test('brings protection against CSRF', async () => {
    expect(await find([signed], request)).toBe('cross_site');
    const headers = { 'sec-fetch-site': 'same-origin' };
    expect(await find([signed], { ...request, headers })).toBe('abc');
  });
});

describe('hostile: methods with a token from a cookie, and no page of this origin', () => {
  test.each([
    ...['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY', 'CONNECT', 'TRACE', 'PROPFIND', 'SEARCH'],
    ...['LINK', 'MKCOL', 'get', 'Get', 'head', 'GET ', ' GET', 'GETX', '', 'undefined'],
  ])('"%s" is rejected', async (method) => {
    const headers = { cookie: 'token=abc' };
    expect(await find([{ cookie: 'token' }], { method, headers })).toBe('cross_site');
    const site = { ...headers, 'sec-fetch-site': 'cross-site', origin: 'https://app.example' };
    const options = { publicOrigins: ['https://app.example'] };
    expect(await find([{ cookie: 'token' }], { method, headers: site }, options)).toBe(
      'cross_site',
    );
  });

  test.each(['GET', 'HEAD', 'OPTIONS'])(
    '%s, which changes nothing, is accepted',
    async (method) => {
      const headers = { cookie: 'token=abc', 'sec-fetch-site': 'cross-site' };
      expect(await find([{ cookie: 'token' }], { method, headers })).toBe('abc');
    },
  );
});

describe('an upgrade with a token from a cookie', () => {
  const headers = { cookie: 'token=abc', upgrade: 'websocket' };
  const options = { publicOrigins: ['https://app.example'] };

  test.each([
    ['from a page of this origin', { origin: 'https://app.example' }, 'abc'],
    [
      'from a page of this origin, as newer browsers say',
      { 'sec-fetch-site': 'same-origin' },
      'abc',
    ],
    ['from another page', { origin: 'https://evil.example' }, 'cross_site'],
    ['from another site, as newer browsers say', { 'sec-fetch-site': 'cross-site' }, 'cross_site'],
    ['from nowhere', {}, 'cross_site'],
  ])('%s', async (_case, more, expected) => {
    const request = { headers: { ...headers, ...more } };
    expect(await find([{ cookie: 'token' }], request, options)).toBe(expected);
  });
});

test.each([
  ['no list', undefined],
  ['an empty list', []],
  ['a place alone', { header: 'x-token' }],
  ['a place that is text', ['authorization']],
  ['a place that is null', [null]],
  ['a place without a name', [{}]],
  ['an unknown place', [{ body: 'token' }]],
  ['an invalid header', [{ header: 'x token' }]],
  ['an empty header', [{ header: '' }]],
  ['the Cookie header', [{ header: 'Cookie' }]],
  ['a scheme with a space', [{ header: 'x-token', scheme: 'Bearer ' }]],
  ['a scheme that is not text', [{ header: 'x-token', scheme: 7 }]],
  ['a cookie with an equals sign', [{ cookie: 'a=b' }]],
  ['a cookie with a space', [{ cookie: 'a b' }]],
  ['a cookie that is a list', [{ cookie: ['a'] }]],
  ['a reader that is not a function', [{ cookie: 'a', read: 'signed' }]],
  ['an empty parameter', [{ query: '' }]],
  ['a parameter that is a list', [{ query: ['a'] }]],
  ['a place with two names', [{ header: 'x-token', cookie: 'token' }]],
  ['an unknown member', [{ cookie: 'token', signed: true }]],
])('a finder cannot be made of %s', (_case, places) => {
  expect(() => createTokenFinder(places as never)).toThrow(TypeError);
});

test.each([
  [['app.example']],
  [['https://app.example/']],
  [['HTTPS://app.example']],
  [['null']],
  [['*']],
  [['https://app.example:443']],
  [[7]],
])('the origins %j are rejected', (publicOrigins) => {
  const options = { publicOrigins } as TokenFinderOptions;
  expect(() => createTokenFinder([{ cookie: 'a' }], options)).toThrow(
    'publicOrigins must be origins',
  );
});

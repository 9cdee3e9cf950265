import { createGuard, type EndpointMap, type GroupRule, type Principal } from '@mandate/core';
import { compileRule } from '@mandate/core/adapter';
import { describe, expect, test } from 'vitest';
import { createRequest, type RequestOptions } from '../support/auth-request.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

/** The result of a request to `/groups/:groupid/x` of a principal in the groups 12345 and admins. */
async function check(
  group: GroupRule,
  request: RequestOptions = {},
  principal: Partial<Principal> = {},
) {
  const holder = createPrincipal({ groups: ['12345', 'admins'], ...principal });
  const endpoints: EndpointMap = {
    'GET /groups/:groupid/x': { scopes: [], group, allowEncodedSlash: true },
  };
  const guard = createGuard({ verifiers: [verifierOf(holder)], endpoints });
  const path = '/groups/12345/x';
  const decision = await guard.decide(createRequest({ token: 'good', path, ...request }));
  return decision.allowed ? 'allowed' : decision.error.code;
}

describe('a group by name', () => {
  test('is one that the principal is in', async () => {
    expect(await check('admins')).toBe('allowed');
    expect(await check('Admins')).toBe('group_mismatch');
    expect(await check('admin')).toBe('group_mismatch');
    expect(await check('admins', {}, { groups: [] })).toBe('group_mismatch');
  });
});

describe('any of several groups', () => {
  test('is one that the principal is in', async () => {
    expect(await check({ anyOf: ['ops', 'admins'] })).toBe('allowed');
    expect(await check({ anyOf: ['ops'] })).toBe('group_mismatch');
    expect(await check({ anyOf: ['ops', 'Admins'] })).toBe('group_mismatch');
    expect(await check({ anyOf: ['ops', 'admins'] }, {}, { groups: [] })).toBe('group_mismatch');
  });

  test.each([[], [''], ['a', ''], ['a', undefined], 'admins', [['admins']], [7], undefined])(
    'cannot be %j',
    (anyOf) => {
      const rule = { scopes: [], group: { anyOf } as never };
      expect(() => compileRule(rule)).toThrow('anyOf must be a list of group names');
    },
  );

  test('excludes a place', () => {
    const group = { anyOf: ['admins'], path: 'groupid' } as never;
    expect(() => compileRule({ scopes: [], group })).toThrow('unknown option "path" in group');
  });
});

describe('a group in the path', () => {
  test.each([
    ['/groups/12345/x', 'allowed'],
    ['/groups/admins/x', 'allowed'],
    ['/groups/54321/x', 'group_mismatch'],
    ['/groups/012345/x', 'group_mismatch'],
    ['/groups/12345.0/x', 'group_mismatch'],
    ['/groups/%2012345/x', 'group_mismatch'],
    ['/groups/12345%2Fx/x', 'group_mismatch'],
  ])('of %s: %s', async (path, expected) => {
    expect(await check({ path: 'groupid' }, { path })).toBe(expected);
  });

  test('is decoded before it is compared', async () => {
    const groups = ['caf\u00e9 1/2'];
    const path = '/groups/caf%C3%A9%201%2F2/x';
    expect(await check({ path: 'groupid' }, { path }, { groups })).toBe('allowed');
  });

  test('comes from the path, not from the parameters of the host', async () => {
    const request = { path: '/groups/54321/x', params: { groupid: '12345' } };
    expect(await check({ path: 'groupid' }, request)).toBe('group_mismatch');
  });
});

describe('a group in the query', () => {
  test.each([
    ['12345', 'allowed'],
    [12345, 'allowed'],
    ['54321', 'group_mismatch'],
    [undefined, 'group_missing'],
    [null, 'group_missing'],
    ['', 'group_missing'],
    [['12345'], 'group_conflict'],
    [['12345', '54321'], 'group_conflict'],
    [[], 'group_conflict'],
    [{ 0: '12345' }, 'group_conflict'],
    [true, 'group_conflict'],
    [1.5, 'group_conflict'],
    [Number.NaN, 'group_conflict'],
    [2 ** 53, 'group_conflict'],
  ])('that is %j: %s', async (groupid, expected) => {
    expect(await check({ query: 'groupid' }, { query: { groupid } })).toBe(expected);
  });

  test('is missing if the host provides no query', async () => {
    const holder = createPrincipal({ groups: ['12345'] });
    const endpoints: EndpointMap = { 'GET /': { scopes: [], group: { query: 'groupid' } } };
    const guard = createGuard({ verifiers: [verifierOf(holder)], endpoints });
    const { method, path, header } = createRequest({ token: 'good' });
    expect(await guard.decide({ method, path, header })).toMatchObject({
      error: { code: 'group_missing' },
    });
  });
});

describe('a group in a header', () => {
  test.each([
    ['12345', 'allowed'],
    ['  12345 ', 'allowed'],
    ['54321', 'group_mismatch'],
    ['', 'group_missing'],
    [' ', 'group_missing'],
    [['12345', '54321'], 'group_conflict'],
    [['12345', '12345'], 'group_conflict'],
    ['12345,54321', 'group_conflict'],
    [',12345', 'group_conflict'],
  ])('that is %j: %s', async (value, expected) => {
    expect(await check({ header: 'x-group' }, { headers: { 'x-group': value } })).toBe(expected);
  });

  test('has a case-insensitive name', async () => {
    expect(await check({ header: 'X-Group' }, { headers: { 'x-group': '12345' } })).toBe('allowed');
  });
});

describe('a group in the body', () => {
  const group: GroupRule = { body: (body) => (body as { groupid?: unknown } | undefined)?.groupid };

  test.each([
    [{ groupid: 12345 }, 'allowed'],
    [{ groupid: '12345' }, 'allowed'],
    [{ groupid: 54321 }, 'group_mismatch'],
    [{ groupid: [12345] }, 'group_conflict'],
    [{ groupid: null }, 'group_missing'],
    [{}, 'group_missing'],
    [undefined, 'group_missing'],
  ])('that is %j: %s', async (body, expected) => {
    expect(await check(group, { body: () => body })).toBe(expected);
    expect(await check(group, { body: async () => body })).toBe(expected);
  });

  test('is missing if the host has not parsed one', async () => {
    expect(await check(group)).toBe('group_missing');
  });

  test.each<[Record<string, string>, string]>([
    [{ 'content-length': '16' }, 'group_missing'],
    [{ 'transfer-encoding': 'chunked' }, 'group_missing'],
    [{ 'content-length': '0' }, 'allowed'],
    [{}, 'allowed'],
  ])('that is not parsed yet does not count as missing: %j', async (headers, expected) => {
    const both: GroupRule = { path: 'groupid', ...group };
    expect(await check(both, { headers })).toBe(expected);
    expect(await check(both, { headers, body: () => undefined })).toBe(expected);
    expect(await check(both, { headers, body: async () => undefined })).toBe(expected);
    expect(await check({ path: 'groupid' }, { headers })).toBe('allowed');
  });

  const json = { 'content-type': 'application/json', 'content-length': '16' };
  const form = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '16' };
  const anywhere: GroupRule = { path: 'groupid', ...group };

  test.each<[string, Record<string, string>, unknown]>([
    ['without a type', { 'content-length': '16' }, { q: 1 }],
    ['of another type', { ...json, 'content-type': 'text/plain' }, { q: 1 }],
    ['of two types', { ...json, 'content-type': 'application/json, application/json' }, { q: 1 }],
    [
      'in another charset',
      { ...json, 'content-type': 'application/json;charset=utf-16' },
      { q: 1 },
    ],
    ['that is a text', json, '{"groupid":54321}'],
    ['that is bytes', json, new TextEncoder().encode('{"groupid":54321}')],
    ['that was left empty', json, {}],
  ])('%s is not one that was parsed', async (_how, headers, body) => {
    expect(await check(anywhere, { headers, body: () => body })).toBe('group_missing');
    expect(await check(anywhere, { headers, body: async () => body })).toBe('group_missing');
    expect(await check(anywhere, { headers: json, body: () => ({ q: 1 }) })).toBe('allowed');
  });

  test('may be empty JSON', async () => {
    const headers = { ...json, 'content-length': '2' };
    expect(await check(anywhere, { headers, body: () => ({}) })).toBe('allowed');
    const kept = { headers: json, body: () => ({}), rawBody: () => '{ }' };
    expect(await check(anywhere, kept)).toBe('allowed');
  });

  test.each([
    ['{"groupid":54321,"groupid":12345}', 'group_conflict'],
    ['{"a":{"b":1,"b":2},"groupid":12345}', 'group_conflict'],
    ['{"__proto__":{},"groupid":12345}', 'group_conflict'],
    ['{"groupid":54321}', 'group_conflict'],
    ['groupid=12345', 'group_conflict'],
    [new Uint8Array([0xff]), 'group_conflict'],
    ['{"groupid":12345}', 'allowed'],
    [new TextEncoder().encode('{"groupid":12345}'), 'allowed'],
    [undefined, 'allowed'],
  ])('that was parsed as %j has one reading or is rejected', async (text, expected) => {
    const body = () => ({ groupid: 12345 });
    expect(await check(group, { headers: json, body, rawBody: () => text })).toBe(expected);
  });

  test.each<[object, string]>([
    [{ groupid: '12345', 'tags[]': ['a', 'b'], 'a.b': 'c' }, 'allowed'],
    [{ groupid: '12345', 'groupid.x': '1' }, 'group_conflict'],
    [{ groupid: '12345', 'groupid[]': '12345' }, 'group_conflict'],
    [{ groupid: '12345', 'groupid[x]': '1' }, 'group_conflict'],
    [{ 'groupid[x]': '1', groupid: '12345' }, 'group_conflict'],
    [{ 'groupid[]': '12345' }, 'group_conflict'],
    [{ groupid: ['12345', '12345'] }, 'group_conflict'],
    [{ groupid: '12345', '[groupid]': '54321' }, 'group_conflict'],
    [{ '[groupid]': '12345' }, 'group_conflict'],
    [{ 'groupid.': '12345' }, 'group_conflict'],
    [{ groupid: '12345', '__proto__.groupid': '54321' }, 'allowed'],
  ])('that is the form %j is read both flat and nested', async (body, expected) => {
    expect(await check(group, { headers: form, body: () => body })).toBe(expected);
  });

  test.each([
    ['groupid=12345', 'allowed'],
    ['groupid=12345&groupid=12345', 'group_conflict'],
    ['groupid=12345&groupid.x=1', 'group_conflict'],
    ['groupid=54321', 'group_conflict'],
    ['?groupid=12345&groupid=12345', 'allowed'],
  ])('whose form was parsed as %j is read from there as well', async (text, expected) => {
    const body = () => ({ groupid: '12345' });
    expect(await check(group, { headers: form, body, rawBody: () => text })).toBe(expected);
  });

  test('without a header that announces it does not count as missing', async () => {
    const hasBody = () => true;
    expect(await check(anywhere, { hasBody })).toBe('group_missing');
    expect(await check(anywhere, { hasBody, body: () => undefined })).toBe('group_missing');
    const headers = { 'content-type': 'application/json' };
    expect(await check(anywhere, { hasBody, headers, body: () => ({ q: 1 }) })).toBe('allowed');
  });

  test('allows nothing if the function or the body fails', async () => {
    const fault = new Error('no body');
    const fail = () => {
      throw fault;
    };
    await expect(check({ body: fail }, { body: () => ({}) })).rejects.toBe(fault);
    await expect(check(group, { body: fail })).rejects.toBe(fault);
    await expect(check(group, { body: () => Promise.reject(fault) })).rejects.toBe(fault);
  });
});

describe('a group in several places', () => {
  const group: GroupRule = {
    path: 'groupid',
    query: 'groupid',
    header: 'x-group',
    body: (body) => body,
  };

  test.each<[string, RequestOptions, string]>([
    ['in one of them', {}, 'allowed'],
    [
      'alike in all of them, as strings and numbers',
      { query: { groupid: 12345 }, headers: { 'x-group': '12345' }, body: () => 12345 },
      'allowed',
    ],
    ['otherwise in the query', { query: { groupid: 'admins' } }, 'group_conflict'],
    ['otherwise in the header', { headers: { 'x-group': 'admins' } }, 'group_conflict'],
    ['otherwise in the body', { body: () => 'admins' }, 'group_conflict'],
    ['otherwise in a later body', { body: async () => 'admins' }, 'group_conflict'],
    ['twice in the query', { query: { groupid: ['12345', '12345'] } }, 'group_conflict'],
  ])('that is named %s', async (_how, request, expected) => {
    expect(await check(group, request)).toBe(expected);
  });
});

describe('a group of a user acted for', () => {
  const actAs = (groupsOf?: (subject: string) => string[]) => {
    const holder = createPrincipal({ permission: 'GLOBAL', groups: ['12345'] });
    const endpoints: EndpointMap = { 'GET /': { scopes: [], group: '12345' } };
    const guard = createGuard({
      ...{ verifiers: [verifierOf(holder)], endpoints },
      actAs: { groupsOf },
    });
    const headers = { 'x-glean-actas': 'eve@example.com' };
    return guard.decide(createRequest({ token: 'good', headers }));
  };

  test("is the user's own, never the token's", async () => {
    expect(await actAs()).toMatchObject({ error: { code: 'group_mismatch' } });
    expect(await actAs(() => ['54321'])).toMatchObject({ error: { code: 'group_mismatch' } });
    expect(await actAs(() => ['12345'])).toMatchObject({ allowed: true });
  });
});

describe('the group of a route', () => {
  const guard = createGuard({ verifiers: [verifierOf(createPrincipal())] });
  const principal = createPrincipal({ groups: ['12345'] });
  const authorize = async (group: GroupRule, request: RequestOptions) => {
    const rule = compileRule({ scopes: [], group });
    const decision = await guard.authorize(principal, createRequest(request), rule);
    return decision.allowed ? 'allowed' : decision.error.code;
  };

  test('is the parameter that the host matched', async () => {
    expect(await authorize({ path: 'groupid' }, { params: { groupid: '12345' } })).toBe('allowed');
    expect(await authorize({ path: 'groupid' }, { params: { groupid: '1' } })).toBe(
      'group_mismatch',
    );
    expect(await authorize({ path: 'groupid' }, { params: {} })).toBe('group_missing');
    expect(await authorize({ path: 'groupid' }, { params: { groupid: ['12345', 'x'] } })).toBe(
      'group_conflict',
    );
  });

  test.each([[''], [{}], [{ path: undefined }]])('must name a place: %j', (group) => {
    expect(() => compileRule({ scopes: [], group: group as GroupRule })).toThrow(TypeError);
  });
});

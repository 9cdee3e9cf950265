import { type ActAsOptions, createGuard, type Permission, type Principal } from '@mandate/core';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** Who a request of a holder with that permission is for, or the code with which it is rejected. */
async function act(
  permission: Permission,
  headers: Headers,
  actAs?: ActAsOptions,
  holder: Partial<Principal> = {},
) {
  const principal = createPrincipal({ subject: 'service', permission, ...holder });
  const guard = createGuard({ verifiers: [verifierOf(principal)], actAs });
  const decision = await guard.authenticate(createRequest({ token: 'good', headers }));
  return decision.allowed ? decision.principal : decision.error.code;
}

const header = (value: string | readonly string[]): Headers => ({ 'x-glean-actas': value });
const alias = (value: string | readonly string[]): Headers => ({ 'x-scio-actas': value });

const ABSENT: readonly Headers[] = [{}, header(''), header('  '), header('\t'), alias(' ')];

describe('a GLOBAL token', () => {
  test('acts as the user that the header names, and stays visible as the actor', async () => {
    const principal = await act('GLOBAL', header('eve@example.com'), undefined, {
      groups: ['admins'],
      scopes: ['SEARCH'],
      claims: { iss: 'x' },
    });
    expect(principal).toEqual({
      subject: 'eve@example.com',
      actor: { subject: 'service', actor: undefined },
      permission: 'GLOBAL',
      scopes: ['SEARCH'],
      // The holder's groups are not lent.
      groups: [],
      tokenId: 'token-1',
      issuer: 'https://issuer.example',
      expiresAt: undefined,
      claims: { iss: 'x' },
    });
    const { actor, groups } = principal as Principal;
    for (const part of [principal, actor, groups]) expect(Object.isFrozen(part)).toBe(true);
  });

  test('keeps the actors that the token had before', async () => {
    const actor = { subject: 'gateway' };
    expect(await act('GLOBAL', header('eve@example.com'), undefined, { actor })).toMatchObject({
      actor: { subject: 'service', actor: { subject: 'gateway' } },
    });
  });

  test.each(ABSENT)('must name a user (%j)', async (headers) => {
    expect(await act('GLOBAL', headers)).toBe('act_as_required');
  });

  test.each([
    ...['eve', '@example.com', 'eve@', 'eve@@example.com', 'eve@example.com@x', 'eve@.com'],
    ...[
      'eve@example..com',
      'eve@-example.com',
      'eve@example.com-',
      'eve@example.com.',
      'e ve@x.com',
    ],
    ...['eve@example.com eve@example.com', 'eve@example.com;', '<eve@example.com>', '"eve"@x.com'],
    ...['Eve <eve@example.com>', 'mailto:eve@example.com', 'eve@[127.0.0.1]', 'eve@ex_ample.com'],
    ...['eve@example.com\0', 'eve\n@example.com', '\u00e9ve@example.com'],
    ...['eve@ex\u00e4mple.com', `${'e'.repeat(65)}@example.com`, `e@${'a.'.repeat(126)}com`, ','],
    ...[`e@${'a'.repeat(64)}.com`, 'undefined', 'null', '*', 'eve%40example.com'],
  ])('cannot act as %j, which is not one address', async (value) => {
    expect(await act('GLOBAL', header(value))).toBe('act_as_malformed');
  });

  test.each([
    ...['eve@example.com', 'EVE@EXAMPLE.COM', 'e@localhost', "o'neil+tag@sub.example.co.uk"],
    ...['a.b.c@1.2.3', `${'e'.repeat(64)}@example.com`],
  ])('can act as %s, compared exactly', async (value) => {
    expect(await act('GLOBAL', header(value))).toMatchObject({ subject: value });
    expect(await act('GLOBAL', header(`  ${value} `))).toMatchObject({ subject: value });
  });

  test('cannot act as two users, be it in one header or in two', async () => {
    const two = ['eve@example.com', 'bob@example.com'];
    expect(await act('GLOBAL', header(two))).toBe('act_as_malformed');
    expect(await act('GLOBAL', header(two.join()))).toBe('act_as_malformed');
    expect(await act('GLOBAL', header(['eve@example.com', 'eve@example.com']))).toBe(
      'act_as_malformed',
    );
    const headers = { ...header('eve@example.com'), ...alias('bob@example.com') };
    expect(await act('GLOBAL', headers)).toBe('act_as_malformed');
    expect(await act('GLOBAL', { ...header('eve@example.com'), ...alias('EVE@example.com') })).toBe(
      'act_as_malformed',
    );
  });

  test('can use the alias, alone, beside an empty header, or in agreement', async () => {
    const eve = expect.objectContaining({ subject: 'eve@example.com' });
    expect(await act('GLOBAL', alias('eve@example.com'))).toEqual(eve);
    expect(await act('GLOBAL', { ...header(' '), ...alias('eve@example.com') })).toEqual(eve);
    const both = { ...header('eve@example.com'), ...alias(' eve@example.com') };
    expect(await act('GLOBAL', both)).toEqual(eve);
  });
});

describe.each(['USER', 'ANONYMOUS'] as const)('a token with the permission %s', (permission) => {
  test.each(ABSENT)('acts for its own holder (%j)', async (headers) => {
    const principal = await act(permission, headers, undefined, { groups: ['admins'] });
    expect(principal).toMatchObject({ subject: 'service', actor: undefined, groups: ['admins'] });
  });

  test.each([
    header('eve@example.com'),
    header('not an address'),
    // Not even its own user.
    header('service'),
    alias('eve@example.com'),
    header([' ', 'eve@example.com']),
  ])('must not name a user (%j)', async (headers) => {
    expect(await act(permission, headers)).toBe('act_as_forbidden');
  });

  test('is never looked up', async () => {
    const fail = () => {
      throw new Error('not to be called');
    };
    const actAs = { resolveUser: fail, groupsOf: fail };
    expect(await act(permission, {}, actAs)).toMatchObject({ subject: 'service' });
    expect(await act(permission, header('eve@example.com'), actAs)).toBe('act_as_forbidden');
  });
});

describe('resolveUser', () => {
  const eve = header('eve@example.com');

  test('resolves the user', async () => {
    const seen: unknown[] = [];
    const resolveUser: ActAsOptions['resolveUser'] = async (email, holder) => {
      seen.push([email, holder.subject]);
      return 'user-7';
    };
    expect(await act('GLOBAL', eve, { resolveUser })).toMatchObject({
      subject: 'user-7',
      actor: { subject: 'service' },
    });
    expect(seen).toEqual([['eve@example.com', 'service']]);
  });

  test.each([undefined, null, '', 7, {}, true])('rejects a user by returning %j', async (found) => {
    expect(await act('GLOBAL', eve, { resolveUser: () => found as never })).toBe('act_as_unknown');
    expect(await act('GLOBAL', eve, { resolveUser: async () => found as never })).toBe(
      'act_as_unknown',
    );
  });

  test('is not called for an invalid address', async () => {
    const resolveUser = () => {
      throw new Error('not to be called');
    };
    expect(await act('GLOBAL', header('eve'), { resolveUser })).toBe('act_as_malformed');
  });

  test('allows nothing if it fails', async () => {
    const fault = new Error('the directory is down');
    const failures = [
      () => {
        throw fault;
      },
      () => Promise.reject(fault),
    ];
    for (const resolveUser of failures) {
      await expect(act('GLOBAL', eve, { resolveUser })).rejects.toBe(fault);
    }
  });
});

describe('groupsOf', () => {
  const eve = header('eve@example.com');

  test('gives the user acted for its own groups', async () => {
    const groupsOf = async (subject: string) => [`${subject}-team`, 7];
    const resolveUser = () => 'eve';
    const principal = await act('GLOBAL', eve, { groupsOf, resolveUser });
    expect(principal).toMatchObject({ groups: ['eve-team', '7'] });
    expect(Object.isFrozen((principal as Principal).groups)).toBe(true);
  });

  test('may be the only look-up', async () => {
    expect(await act('GLOBAL', eve, { groupsOf: () => ['a'] })).toMatchObject({
      subject: 'eve@example.com',
      groups: ['a'],
    });
  });

  test('does not change the list that it returns', async () => {
    const shared = ['a'];
    await act('GLOBAL', eve, { groupsOf: () => shared });
    expect(Object.isFrozen(shared)).toBe(false);
  });

  test.each([[[undefined]], [[null]], [['']], [[1.5]], [[{}]], ['admins'], [{}]])(
    'is a fault of the application if it returns %j, and allows nothing',
    async (groups) => {
      await expect(act('GLOBAL', eve, { groupsOf: () => groups as never })).rejects.toThrow(
        TypeError,
      );
    },
  );
});

describe('the name of the header', () => {
  test('can be changed, and then has no alias', async () => {
    const actAs = { header: 'X-On-Behalf-Of' };
    expect(await act('GLOBAL', { 'x-on-behalf-of': 'eve@example.com' }, actAs)).toMatchObject({
      subject: 'eve@example.com',
    });
    expect(await act('GLOBAL', header('eve@example.com'), actAs)).toBe('act_as_required');
    expect(await act('GLOBAL', alias('eve@example.com'), actAs)).toBe('act_as_required');
  });

  test('can have other aliases, or none', async () => {
    const actAs = { aliases: ['X-A', 'X-B'] };
    expect(await act('GLOBAL', { 'x-b': 'eve@example.com' }, actAs)).toHaveProperty('subject');
    expect(await act('GLOBAL', { 'x-a': 'a@x.com', 'x-b': 'b@x.com' }, actAs)).toBe(
      'act_as_malformed',
    );
    expect(await act('GLOBAL', alias('eve@example.com'), { aliases: [] })).toBe('act_as_required');
  });

  test.each(['', ' ', 'X ActAs', 'X-ActAs:', 'X-\u00c4'])('cannot be %j', (name) => {
    const verifiers = [verifierOf(createPrincipal())];
    expect(() => createGuard({ verifiers, actAs: { header: name } })).toThrow(TypeError);
    expect(() => createGuard({ verifiers, actAs: { aliases: [name] } })).toThrow(TypeError);
  });
});

describe('parse', () => {
  const parse = (value: string) => (/^\d+$/.test(value) ? `user-${value}` : undefined);

  test('replaces the rule for e-mail addresses', async () => {
    expect(await act('GLOBAL', header('7'), { parse })).toMatchObject({ subject: 'user-7' });
    expect(await act('GLOBAL', header(' 7 '), { parse })).toMatchObject({ subject: 'user-7' });
    expect(await act('GLOBAL', header('eve@example.com'), { parse })).toBe('act_as_malformed');
    expect(await act('GLOBAL', header(['7', '8']), { parse })).toBe('act_as_malformed');
    expect(await act('USER', header('7'), { parse })).toBe('act_as_forbidden');
  });

  test('passes its result to resolveUser, which decides', async () => {
    const resolveUser = (user: string) => (user === 'user-7' ? 'ada@example.com' : undefined);
    const actAs = { parse, resolveUser };
    expect(await act('GLOBAL', header('7'), actAs)).toMatchObject({ subject: 'ada@example.com' });
    expect(await act('GLOBAL', header('8'), actAs)).toBe('act_as_unknown');
  });

  test.each<[unknown, () => unknown]>([
    ['an empty string', () => ''],
    ['a number', () => 7],
    ['null', () => null],
    ['a promise', async () => 'user-7'],
    ['a promise that is rejected', async () => Promise.reject(new Error('late'))],
  ])('that returns %s is a fault, and the request is not allowed', async (_case, returns) => {
    const acting = act('GLOBAL', header('7'), { parse: returns as never });
    await expect(acting).rejects.toThrow('parse must return a non-empty string or undefined');
  });
});

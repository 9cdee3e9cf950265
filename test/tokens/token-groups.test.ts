import { createGuard } from '@mandate/core';
import { createTokenAuthority } from '@mandate/tokens';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { judgeToken } from '../support/judge-token.js';
import { ADMIN, createIssuing, describeToken, SUPER_ADMIN } from './issue.js';

const ANONYMOUS = { permission: 'ANONYMOUS', userEmail: undefined } as const;
const GLOBAL = { permission: 'GLOBAL', userEmail: undefined } as const;

function startGroups(groups?: readonly string[]) {
  const issuing = createIssuing();
  const { store, clock } = issuing;
  return { ...issuing, authority: createTokenAuthority({ store, now: clock.now, groups }) };
}

describe('the groups of a token', () => {
  test('are empty by default, and then every group is rejected', async () => {
    const { authority, verifier } = startGroups();
    const { token, secret } = await authority.create(describeToken(), ADMIN);
    expect(token.groups).toEqual([]);
    expect(await judgeToken(verifier, secret)).toMatchObject({ groups: [] });
    await expect(authority.create(describeToken({ groups: ['crm'] }), ADMIN)).rejects.toMatchObject(
      { code: 'invalid', issues: [{ path: 'groups.0', message: '"crm" is not an allowed group' }] },
    );
  });

  test('are those of the principal, each of them once', async () => {
    const { authority, verifier } = startGroups(['crm', 'erp']);
    const groups = ['crm', 'erp', 'crm'];
    const { token, secret } = await authority.create(describeToken({ groups }), ADMIN);
    expect(token.groups).toEqual(['crm', 'erp']);
    const principal = await judgeToken(verifier, secret);
    expect(principal).toMatchObject({ groups: ['crm', 'erp'] });
  });

  test.each([
    ['of an ANONYMOUS token', { ...ANONYMOUS, groups: ['crm'] }, 'groups'],
    ['outside of the list', { groups: ['crm', 'CRM'] }, 'groups.1'],
    ['that are not strings', { groups: [7 as unknown as string] }, 'groups.0'],
    ['that are not a list', { groups: 'crm' as unknown as string[] }, 'groups'],
  ])('%s are rejected', async (_, overrides, path) => {
    const { authority } = startGroups(['crm']);
    const created = authority.create(describeToken(overrides), SUPER_ADMIN);
    await expect(created).rejects.toMatchObject({ code: 'invalid', issues: [{ path }] });
  });

  test('that the authority no longer issues get no new secret', async () => {
    const { authority, store } = startGroups(['crm']);
    const { token } = await authority.create(describeToken({ groups: ['crm'] }), ADMIN);
    const other = createTokenAuthority({ store, groups: ['erp'] });
    await expect(other.rotate(token.id, 0, SUPER_ADMIN)).rejects.toMatchObject({
      code: 'forbidden',
      message: 'the token has the group "crm", which this authority does not issue',
    });
    await expect(authority.rotate(token.id, 0, ADMIN)).resolves.toBeDefined();
  });

  test('never survive act-as: the user has the groups of `groupsOf` only', async () => {
    const { authority, verifier } = startGroups(['crm']);
    const { secret } = await authority.create(
      describeToken({ ...GLOBAL, groups: ['crm'] }),
      SUPER_ADMIN,
    );
    const request = createRequest({
      path: '/crm',
      headers: { authorization: `Bearer ${secret}`, 'x-glean-actas': 'grace@example.com' },
    });
    const endpoints = { 'GET /crm': { scopes: [], group: 'crm' } } as const;
    for (const groupsOf of [undefined, () => [], () => ['erp']]) {
      const guard = createGuard({
        verifiers: [verifier],
        endpoints,
        ...(groupsOf && { actAs: { groupsOf } }),
      });
      const decision = await guard.decide(request);
      expect(decision).toMatchObject({ error: { code: 'group_mismatch' } });
    }
    const actAs = { groupsOf: () => ['crm'] };
    const guard = createGuard({ verifiers: [verifier], endpoints, actAs });
    expect(await guard.decide(request)).toMatchObject({
      principal: { subject: 'grace@example.com', groups: ['crm'] },
    });
  });
});

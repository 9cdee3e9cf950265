import { createTokenAuthority } from '@mandate/tokens';
import { createTokenAdminHandler } from '@mandate/tokens/admin';
import { expect, test, vi } from 'vitest';
import { ADMIN, createIssuing, describeToken, SUPER_ADMIN } from './issue.js';

function startAdmin() {
  const { clock, store } = createIssuing();
  const authority = createTokenAuthority({ store, now: clock.now, groups: ['crm'] });
  const onError = vi.fn();
  const handler = createTokenAdminHandler({
    authority,
    onError,
    now: clock.now,
    authorizeAdmin: (request) =>
      ({ root: SUPER_ADMIN, admin: ADMIN })[request.headers.get('x-who') ?? ''],
  });
  const send = async (method: string, path: string, body?: unknown, who = 'root') => {
    const request = new Request(`http://localhost${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-who': who },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const response = await handler(request, { principal: undefined });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
  };
  return { clock, store, authority, onError, send };
}

test('a list is filtered, sorted and counted by what the query names', async () => {
  const { authority, clock, send } = startAdmin();
  const expiresIn = (seconds: number) => ({ expiresAt: new Date(clock.ms + 1000 * seconds) });
  const late = (await authority.create(describeToken(expiresIn(90)), ADMIN)).token;
  const early = (await authority.create(describeToken(expiresIn(30)), SUPER_ADMIN)).token;
  const lasting = (await authority.create(describeToken(), ADMIN)).token;
  await authority.revoke(lasting.id, ADMIN);
  const until = encodeURIComponent(new Date(clock.ms + 60_000).toISOString());
  const expected: readonly (readonly [string, readonly string[]])[] = [
    ['sortBy=expiresAt&direction=asc', [early.id, late.id, lasting.id]],
    ['sortBy=expiresAt', [lasting.id, late.id, early.id]],
    [`expiresBefore=${until}`, [early.id]],
    [`createdBy=${SUPER_ADMIN.subject}`, [early.id]],
    ['isRevoked=true', [lasting.id]],
    ['isRevoked=false&sortBy=expiresAt&direction=asc', [early.id, late.id]],
  ];
  for (const [query, ids] of expected) {
    const { status, body } = await send('GET', `/tokens?${query}`);
    const listed = body.items?.map(({ id }: { id: string }) => id);
    expect([query, status, listed]).toEqual([query, 200, ids]);
  }
  const counted = await send('GET', '/tokens/count?isRevoked=false');
  expect(counted.body).toEqual({ count: 2, isExact: true });
  const { body } = await send('GET', `/tokens/${late.id}`);
  expect(body).toMatchObject({ lastFour: late.lastFour, createdBy: ADMIN.subject, groups: [] });
});

test.each([
  ['GET', '/tokens?sortBy=description', undefined],
  ['GET', '/tokens?direction=up', undefined],
  ['GET', '/tokens?isRevoked=1', undefined],
  ['GET', '/tokens?expiresBefore=2030-02-31T00:00Z', undefined],
  ['GET', '/tokens/count?limit=1', undefined],
  ['POST', '/tokens/revoke', { ids: [] }],
  ['POST', '/tokens/revoke', { ids: Array.from({ length: 201 }, (_, i) => `${i}`) }],
  ['POST', '/tokens/revoke', { ids: ['a\0b'] }],
  ['POST', '/tokens/revoke-by-user', { userEmail: 'ada' }],
  ['POST', '/tokens/find-secret', { secret: 7 }],
  ['POST', '/tokens/absent/describe', { description: ' ' }],
  ['POST', '/tokens', { ...describeToken(), groups: ['erp'] }],
  ['POST', '/tokens', { ...describeToken(), groups: [' crm'] }],
])('%s %s with %j is rejected as invalid', async (method, path, body) => {
  const { send } = startAdmin();
  expect(await send(method, path, body)).toMatchObject({ status: 400, body: { code: 'invalid' } });
});

test('a token is created with groups and described', async () => {
  const { send } = startAdmin();
  const { body } = await send('POST', '/tokens', { ...describeToken(), groups: ['crm'] });
  expect(body.token).toMatchObject({ groups: ['crm'], lastFour: body.secret.slice(-4) });
  const path = `/tokens/${body.token.id}`;
  const described = await send('POST', `${path}/describe`, { description: 'weekly' }, 'admin');
  expect(described).toMatchObject({ status: 200, body: { description: 'weekly' } });
  const { body: trail } = await send('GET', `${path}/audit`);
  expect(trail.items[0]).toMatchObject({ action: 'described', by: ADMIN.subject });
});

test('several tokens are revoked, and a fault of the store reaches onError only', async () => {
  const { store, authority, onError, send } = startAdmin();
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) ids.push((await authority.create(describeToken(), ADMIN)).token.id);
  const fault = new Error('password is hunter2');
  const { revoke } = store;
  vi.spyOn(store, 'revoke').mockImplementation(async (audit) => {
    if (audit.tokenId === ids[1]) throw fault;
    return revoke(audit);
  });
  const answer = await send('POST', '/tokens/revoke', { ids: [ids[0], 'absent', ids[1], ids[2]] });
  expect(answer.status).toBe(200);
  const codes = answer.body.results.map(({ code }: { code: string }) => code);
  expect(codes).toEqual(['revoked', 'not_found', 'failed', 'skipped']);
  expect(answer.body.results[0].token).toMatchObject({ status: 'revoked' });
  expect(answer.text).not.toContain('hunter2');
  expect(onError).toHaveBeenCalledExactlyOnceWith(fault);
  vi.mocked(store.revoke).mockImplementation(revoke);
  const rest = await send('POST', '/tokens/revoke-by-user', { userEmail: 'ADA@example.com' });
  expect(rest.body.results).toMatchObject([{ code: 'revoked' }, { code: 'revoked' }]);
});

test('a secret finds its token, at most 30 times a minute, and is in no answer, trail or error', async () => {
  const { clock, authority, onError, send } = startAdmin();
  const { token, secret } = await authority.create(describeToken(), ADMIN);
  const find = (text: string, who = 'root') =>
    send('POST', '/tokens/find-secret', { secret: text }, who);
  const found = await find(secret);
  expect(found).toMatchObject({ status: 200, body: { id: token.id } });
  expect(found.text).not.toContain(secret);
  const changed = `${secret.slice(0, -1)}${secret.endsWith('a') ? 'b' : 'a'}`;
  const invalid = await find(changed);
  expect(invalid.status).toBe(400);
  expect(invalid.text).not.toContain(changed);
  for (let i = 2; i < 30; i++) expect((await find(secret)).status).toBe(200);
  const limited = await find(secret);
  expect(limited).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
  expect(limited.headers.get('retry-after')).toBe('60');
  expect((await find(secret, 'admin')).status).toBe(200);
  expect((await find(secret, 'nobody')).status).toBe(403);
  clock.pass(60);
  expect((await find(secret)).status).toBe(200);
  const trail = await send('GET', '/audit');
  expect(trail.text).not.toContain(secret);
  expect(onError).not.toHaveBeenCalled();
});

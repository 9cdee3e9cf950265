import { type Admin, createMemoryTokenStore, createTokenAuthority } from '@mandate/tokens';
import { type AuthorizeAdmin, createTokenAdminHandler } from '@mandate/tokens/admin';
import { expect, onTestFinished, test, vi } from 'vitest';

const ROOT: Admin = { subject: 'root@example.com', isSuperAdmin: true };
const URL_BASE = 'http://api.example:8080';

async function start(authorizeAdmin: AuthorizeAdmin = () => ROOT) {
  const authority = createTokenAuthority({ store: createMemoryTokenStore() });
  const { token } = await authority.create(
    { description: 'a token', permission: 'ANONYMOUS', scopes: ['SEARCH'] },
    ROOT,
  );
  const handler = createTokenAdminHandler({ authority, authorizeAdmin });
  const ask = (path: string, init?: RequestInit) =>
    handler(new Request(`${URL_BASE}${path}`, init), {});
  const revoke = (headers: HeadersInit) =>
    ask(`/tokens/${token.id}/revoke`, { method: 'POST', headers });
  return { ask, revoke };
}

test.each([
  ...[null, false, '', 0],
  {},
  { isSuperAdmin: true },
  { subject: '', isSuperAdmin: true },
])('an admin that is %j is answered with 403', async (access) => {
  const { ask } = await start(() => access as unknown as undefined);
  for (const path of ['/tokens', '/audit']) expect((await ask(path)).status).toBe(403);
});

test('a caller who is not logged in is answered with 401 and a challenge', async () => {
  const { ask, revoke } = await start(() => 'anonymous');
  for (const response of [await ask('/tokens'), await ask('/audit'), await revoke({})]) {
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toMatchObject({ code: 'unauthenticated' });
  }
});

test.each([
  { origin: 'http://evil.example' },
  { origin: 'http://api.example' },
  { origin: 'http://api.example:8081' },
  { origin: 'null' },
  { origin: 'nonsense' },
  { origin: '' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': 'cross-site', origin: URL_BASE },
])('a change that a browser sends from another site is rejected: %j', async (headers) => {
  const { revoke, ask } = await start();
  expect((await revoke(headers as HeadersInit)).status).toBe(403);
  expect(await (await ask('/tokens')).json()).toMatchObject({ items: [{ status: 'active' }] });
});

test.each([
  {},
  { origin: URL_BASE },
  { origin: 'https://api.example:8080' },
  { 'sec-fetch-site': 'same-origin', origin: 'https://name.behind.proxy' },
])('any other change is accepted: %j', async (headers) => {
  const { revoke } = await start();
  expect((await revoke(headers as HeadersInit)).status).toBe(200);
});

test('HEAD is answered as GET, without a body, and changes nothing', async () => {
  const { ask } = await start();
  const headers = { 'sec-fetch-site': 'cross-site' };
  for (const path of ['/tokens', '/audit', '/tokens/unknown', '/other']) {
    const [head, get] = [await ask(path, { method: 'HEAD', headers }), await ask(path)];
    expect(head.status).toBe(get.status);
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
    expect(await head.text()).toBe('');
  }
  const [item] = (await (await ask('/tokens')).json()).items;
  expect((await ask(`/tokens/${item.id}/revoke`, { method: 'HEAD' })).status).toBe(404);
});

test.each(['gzip', 'br', 'identity, gzip'])('a body in %s is answered with 415', async (coding) => {
  const { ask } = await start();
  const headers = { 'content-type': 'application/json', 'content-encoding': coding };
  const response = await ask('/tokens', { method: 'POST', headers, body: '{}' });
  expect(response.status).toBe(415);
  expect(await response.json()).toMatchObject({ code: 'unsupported' });
});

test('a body that is too large is read no further than its limit', async () => {
  const { ask } = await start();
  const chunk = new Uint8Array(16 * 1024).fill(0x20);
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      sent++;
      if (sent > 1000) controller.close();
      else controller.enqueue(chunk);
    },
  });
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
  const response = await ask('/tokens', init);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ detail: 'the body is too large' });
  expect(sent).toBeLessThan(10);
});

test('a slow body is rejected, and its sender is answered', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { ask } = await start();
  const cancelled = vi.fn();
  const body = new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      controller.enqueue(Uint8Array.of(0x20));
    },
    cancel: cancelled,
  });
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
  const asked = ask('/tokens', init);
  await vi.advanceTimersByTimeAsync(9_900);
  expect(cancelled).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  const response = await asked;
  expect(response.status).toBe(408);
  expect(await response.json()).toMatchObject({ code: 'timeout' });
  expect(cancelled).toHaveBeenCalledOnce();
});

test('a body may have characters of several bytes, wherever it is split', async () => {
  const { ask } = await start();
  const token = { description: 'é漢🔑', permission: 'ANONYMOUS', scopes: ['SEARCH'] };
  const bytes = new TextEncoder().encode(JSON.stringify(token));
  const body = new ReadableStream({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
  const response = await ask('/tokens', init);
  expect(await response.json()).toMatchObject({ token: { description: token.description } });
});

test.each([
  'application/json;charset=utf-8, text/plain',
  'application/json; charset=utf-8; charset=utf-7',
  'application/json\xa0',
])('a body without exactly one media type is not read: %j', async (type) => {
  const { ask } = await start();
  const init = { method: 'POST', headers: { 'content-type': type }, body: '{}' };
  expect((await ask('/tokens', init)).status).toBe(415);
});

const DEEP = `${'['.repeat(15_000)}${']'.repeat(15_000)}`;

test.each([
  ['allowedAddresses.0', '"allowedAddresses":[7]'],
  ['allowedAddresses.0', '"allowedAddresses":[null]'],
  ['allowedAddresses.0', '"allowedAddresses":[{"split":1}]'],
  ['allowedAddresses.0', `"allowedAddresses":[${DEEP}]`],
  ['expiresAt', '"expiresAt":{"toString":1,"valueOf":1}'],
  ['expiresAt', `"expiresAt":${DEEP}`],
  ['expiresAt', '"expiresAt":4000000000000'],
  ['scopes.0', `"scopes":[${DEEP}]`],
  ['userEmail', `"permission":"USER","userEmail":${DEEP}`],
])('a %s of any kind is not a fault of the server (%#)', async (path, member) => {
  const { ask } = await start();
  const sound = '"description":"x","permission":"ANONYMOUS","scopes":["SEARCH"]';
  const headers = { 'content-type': 'application/json' };
  const response = await ask('/tokens', { method: 'POST', headers, body: `{${sound},${member}}` });
  expect(await response.json()).toMatchObject({ status: 400, issues: [{ path }] });
});

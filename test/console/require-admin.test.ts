import { describe, expect, test } from 'vitest';
import { ORIGIN, openConsole } from './open-console.js';

/** Every address there is, and some there is not. */
function listPaths(id: string): readonly string[] {
  const token = `/tokens/${id}`;
  return [
    '/tokens',
    '/tokens/new',
    token,
    `${token}/rotate`,
    `${token}/revoke`,
    '/none',
    '/tokens/x/y',
  ];
}

describe.each([
  ['nobody', undefined, 401],
  ['an outsider', 'stranger', 403],
])('%s', (_name, login, status) => {
  test('sees no data at any address', async () => {
    const { browser, issue } = openConsole();
    const { token } = await issue({ description: 'the secret project' });
    browser.login = login;
    for (const path of listPaths(token.id)) {
      const response = await browser.get(path);
      expect(response.status, path).toBe(status);
      const page = await response.text();
      expect(page).not.toMatch(/secret project|Client tokens|API tokens|formToken|example\.com/);
    }
  });

  test('changes nothing, not even with a form that was shown to an admin', async () => {
    const { browser, issue, authority } = openConsole();
    const { token } = await issue();
    const formToken = await browser.readFormToken(`/tokens/${token.id}/revoke`);
    browser.login = login;
    const response = await browser.post(`/tokens/${token.id}/revoke`, [['formToken', formToken]]);
    expect(response.status).toBe(status);
    expect((await authority.get(token.id)).revokedAt).toBeUndefined();
  });
});

test('gets the log-in link and a challenge if not logged in', async () => {
  const { browser } = openConsole({ logInUrl: '/log-in?to=tokens' });
  browser.login = undefined;
  const response = await browser.get('/tokens');
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
  expect(await response.text()).toContain('href="/log-in?to=tokens"');
});

test('a logged-in outsider is not shown the log-in link', async () => {
  const { browser } = openConsole({ logInUrl: '/log-in' });
  browser.login = 'stranger';
  expect(await browser.text('/tokens')).not.toContain('/log-in');
});

test.each([null, false, 0, '', 'root', {}, { subject: '' }, { isSuperAdmin: true }])(
  'does not accept %j as an admin',
  async (answer) => {
    const { browser } = openConsole({ authorizeAdmin: () => answer as never });
    expect((await browser.get('/tokens')).status).toBe(403);
  },
);

test('calls `authorizeAdmin` for each request, with what the host knows about it', async () => {
  const asked: unknown[] = [];
  const { handler } = openConsole({
    authorizeAdmin: async (request, context) => {
      asked.push([request.url, context]);
      return undefined;
    },
  });
  const context = { remoteAddress: '192.0.2.7' };
  await handler(new Request(`${ORIGIN}/tokens`), context);
  expect(asked).toEqual([[`${ORIGIN}/tokens`, context]]);
});

test.each([
  ['an Error', new Error('the session store is at 10.0.0.1')],
  ['something else', 'the session store is at 10.0.0.1'],
])(
  'rejects every request if `authorizeAdmin` fails with %s, and reports it to the application only',
  async (_name, fault) => {
    const { browser, faults } = openConsole({ authorizeAdmin: () => Promise.reject(fault) });
    const response = await browser.get('/tokens');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('10.0.0.1');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(faults).toEqual([fault]);
  },
);

test.each([
  () => {
    throw new Error('the log is full');
  },
  () => Promise.reject(new Error('the log is full')),
])('survives an `onError` that fails', async (onError) => {
  const { browser } = openConsole({ onError, authorizeAdmin: () => Promise.reject(new Error()) });
  expect((await browser.get('/tokens')).status).toBe(500);
});

test("shows the admin's name, and whether GLOBAL tokens may be added", async () => {
  const { browser } = openConsole({ name: 'Acme <administration>' });
  expect(await browser.text('/tokens')).toContain('Acme &lt;administration&gt;');
  expect(await browser.text('/tokens/new')).toContain('value="GLOBAL"');
  browser.login = 'admin';
  const page = await browser.text('/tokens/new');
  expect(page).not.toContain('value="GLOBAL"');
  expect(page).toContain('Only super admins can add GLOBAL tokens.');
});

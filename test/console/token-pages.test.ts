import { describe, expect, test, vi } from 'vitest';
import { openConsole } from './open-console.js';

const SECRET = /mdt_[0-9A-Za-z]{49}/;

/** What a page says, without its markup. */
function toText(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/&#39;|&quot;/g, "'")
    .replaceAll(/\s+/g, ' ');
}

const FIELDS = {
  description: 'nightly import',
  permission: 'USER',
  scopes: 'SEARCH',
  userEmail: 'ada@example.com',
  expiresAt: '',
  allowedAddresses: '',
};

function fill(changes: Partial<typeof FIELDS> = {}): (readonly [string, string])[] {
  return Object.entries({ ...FIELDS, ...changes });
}

describe('the list of tokens', () => {
  test('shows their properties, and no secret', async () => {
    const { browser, issue } = openConsole();
    const { secret } = await issue({
      description: 'nightly <import>',
      expiresAt: new Date('2099-01-31'),
    });
    const page = await browser.text('/tokens');
    expect(page).toContain('nightly &lt;import&gt;');
    expect(toText(page)).toContain(
      'USER ada@example.com SEARCH Active 2 Jan 2026 by root@example.com 31 Jan 2099 Never',
    );
    expect(page).not.toContain(secret);
    expect(page).not.toMatch(SECRET);
  });

  test('states that there are none, and how to add the first', async () => {
    const { browser } = openConsole();
    const page = await browser.text('/tokens');
    expect(page).toContain('No tokens yet');
    expect(page).toContain('href="tokens/new"');
    expect(page).not.toContain('<table');
  });

  test.each([
    ['?search=SECOND', ['second']],
    ['?permission=GLOBAL', ['first']],
    ['?status=revoked', ['second']],
    ['?status=active&scope=CHAT', ['first']],
    ['?userEmail=bob@example.com', ['third']],
    ['?permission=SUPER&status=lost', ['first', 'second', 'third']],
    ['?search=%00', ['first', 'second', 'third']],
    ['?search=nothing', []],
  ])('is filtered by %s', async (query, expected) => {
    const { browser, issue, authority } = openConsole();
    await issue({
      description: 'first',
      permission: 'GLOBAL',
      userEmail: undefined,
      scopes: ['CHAT'],
    });
    const { token } = await issue({ description: 'the second' });
    await authority.revoke(token.id, { subject: 'root', isSuperAdmin: true });
    await issue({ description: 'third', userEmail: 'bob@example.com' });
    const page = await browser.text(`/tokens${query}`);
    const table = /<tbody.*<\/tbody>/s.exec(page)?.[0] ?? '';
    expect(['first', 'second', 'third'].filter((one) => table.includes(one))).toEqual(expected);
    if (expected.length === 0) expect(page).toContain('No matching tokens');
  });

  test('keeps the filter in its fields', async () => {
    const page = await openConsole().browser.text(
      '/tokens?search=%22%3E&status=expired&scope=CHAT',
    );
    expect(page).toContain('value="&quot;&gt;"');
    expect(page).toMatch(/value="expired" selected/);
    expect(page).toMatch(/value="CHAT" selected/);
  });

  test.each([
    ['', ['c', 'b', 'a'], 'newest first'],
    ['?order=oldest', ['a', 'b', 'c'], 'oldest first'],
    ['?order=expiry', ['b', 'a', 'c'], 'next to expire'],
    ['?order=made-up', ['c', 'b', 'a'], 'newest first'],
    ['?order=constructor', ['c', 'b', 'a'], 'newest first'],
  ])('is sorted by %s', async (query, expected, title) => {
    const { browser, issue } = openConsole();
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
    await issue({ description: 'token a', expiresAt: inDays(9) });
    await issue({ description: 'token b', expiresAt: inDays(5) });
    await issue({ description: 'token c' });
    const page = await browser.text(`/tokens${query}`);
    const found = [...page.matchAll(/>token (\w)</g)].map(([, name]) => name);
    expect(found).toEqual(expected);
    expect(page).toContain(`Client tokens, ${title}`);
  });

  test('counts the tokens, and shows the end of each secret', async () => {
    const { browser, issue } = openConsole();
    const { secret } = await issue({ description: 'one' });
    await issue({ description: 'two' });
    expect(await browser.text('/tokens')).toContain('2 tokens');
    const page = await browser.text('/tokens?search=one');
    expect(page).toContain('1 token<');
    expect(page).toContain(`ends in ${secret.slice(-4)}`);
  });

  test('continues after a page without matches, if the search has not ended', async () => {
    const { authority } = openConsole();
    const empty = { items: [], nextCursor: 'next' };
    const { browser } = openConsole({
      tokens: { authority: { ...authority, list: async () => empty } },
    });
    const page = await browser.text('/tokens?search=rare');
    expect(page).toContain('No matching tokens so far');
    expect(page).toContain('rel="next"');
  });

  test('has pages, which keep the filter', async () => {
    const { browser, issue } = openConsole();
    for (let i = 0; i < 30; i++) await issue({ description: `import ${i}.` });
    await issue({ description: 'other' });
    const first = await browser.text('/tokens?search=import');
    expect(first).toContain('import 29.');
    expect(first).not.toContain('import 4.');
    const older = /href="tokens(\?[^"]+)" rel="next"/.exec(first)?.[1]?.replaceAll('&amp;', '&');
    const second = await browser.text(`/tokens${older}`);
    expect(second).toContain('import 4.');
    expect(second).not.toContain('import 5.');
    expect(second).not.toContain('rel="next"');
    expect(second).toContain('href="tokens?search=import"');
  });

  test('answers an invalid cursor with a page', async () => {
    const response = await openConsole().browser.get('/tokens?cursor=made-up');
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('The cursor is invalid.');
  });

  test('lets scopes be typed if it does not know them', async () => {
    const { authority } = openConsole();
    const { browser } = openConsole({ tokens: { authority } });
    expect(await browser.text('/tokens/new')).toContain('<input id="scopes"');
    const fields = fill({ scopes: ' SEARCH  CHAT ' });
    expect((await browser.submit('/tokens/new', '/tokens', fields)).status).toBe(201);
    expect((await authority.list({ scope: 'CHAT' }, { limit: 1 })).items).toHaveLength(1);
  });
});

describe('adding a token', () => {
  test.each([
    ['GLOBAL', ''],
    ['USER', 'ada@example.com'],
    ['ANONYMOUS', ''],
  ])(
    'of permission %s shows its secret on that page, and never again',
    async (permission, userEmail) => {
      const { browser, authority } = openConsole();
      const response = await browser.submit('/tokens/new', '/tokens', [
        ...fill({
          permission,
          userEmail,
          expiresAt: '2099-01-31',
          allowedAddresses: '192.0.2.0/24\n2001:db8::1',
        }),
        ['scopes', 'CHAT'],
      ]);
      expect(response.status).toBe(201);
      const page = await response.text();
      const secret = SECRET.exec(page)?.[0] ?? 'none';
      const { items } = await authority.list({}, { limit: 9 });
      expect(items).toMatchObject([
        {
          description: 'nightly import',
          permission,
          scopes: ['SEARCH', 'CHAT'],
          userEmail: userEmail || undefined,
          createdBy: 'root@example.com',
          expiresAt: new Date('2099-01-31T23:59:59Z'),
          allowedAddresses: ['192.0.2.0/24', '2001:db8::1'],
        },
      ]);
      expect(JSON.stringify([...response.headers])).not.toContain(secret);
      const paths = [
        '/tokens',
        `/tokens/${items[0]!.id}`,
        `/tokens/${items[0]!.id}/rotate`,
        '/tokens/new',
      ];
      for (const path of paths) expect(await browser.text(path)).not.toMatch(SECRET);
    },
  );

  test('starts with an expiry in 90 days and no scope', async () => {
    const { browser } = openConsole();
    const page = await browser.text('/tokens/new');
    const expiry = new Date(openConsole().clock.ms + 90 * 86_400_000).toISOString().slice(0, 10);
    expect(page).toContain(`value="${expiry}"`);
    expect(page).not.toMatch(/type="checkbox"[^>]*checked/);
  });

  test.each([
    [{ description: '' }, 'description', 'The description must have 1 to 500 characters.'],
    [{ description: 'a\0b' }, 'description', 'The description must have 1 to 500 characters.'],
    [
      { description: 'x'.repeat(501) },
      'description',
      'The description must have 1 to 500 characters.',
    ],
    [{ scopes: 'NONE' }, 'scopes', "'NONE' is not an allowed scope."],
    [{ scopes: '' }, 'scopes', 'A token requires at least one scope.'],
    [{ userEmail: '' }, 'userEmail', 'A USER token requires the e-mail address of its user.'],
    [{ userEmail: 'ada' }, 'userEmail', "'ada' is not an e-mail address."],
    [
      { permission: 'ANONYMOUS' },
      'userEmail',
      'A token with permission ANONYMOUS must not have a user.',
    ],
    [{ permission: 'ROOT' }, '', 'The permission must be GLOBAL, USER or ANONYMOUS.'],
    [{ expiresAt: '2001-01-01' }, 'expiresAt', 'The expiry must be in the future.'],
    [{ expiresAt: '2099-02-31' }, 'expiresAt', 'The expiry must be in the future.'],
    [{ expiresAt: '2099' }, 'expiresAt', 'The expiry must be in the future.'],
    [{ expiresAt: '2099-12' }, 'expiresAt', 'The expiry must be in the future.'],
    [{ expiresAt: '31.12.2099' }, 'expiresAt', 'The expiry must be in the future.'],
    [{ expiresAt: 'soon' }, 'expiresAt', 'The expiry must be in the future.'],
    [
      { allowedAddresses: '192.0.2.0/24 next door' },
      'allowedAddresses',
      "'next' is not an IP address or network.",
    ],
  ])(
    'with %j shows the problem at its field, and keeps the other input',
    async (changes, field, message) => {
      const { browser, authority } = openConsole();
      const fields = fill({ description: 'nightly & import', ...changes });
      const response = await browser.submit('/tokens/new', '/tokens', fields);
      expect(response.status).toBe(400);
      const page = await response.text();
      expect(toText(page)).toContain(message);
      if (field !== '') {
        expect(page).toContain(`href="#${field}"`);
        expect(page).toContain(`id="${field}-error"`);
      }
      if (!('description' in changes)) expect(page).toContain('value="nightly &amp; import"');
      if (!('scopes' in changes)) expect(page).toMatch(/value="SEARCH" checked/);
      expect((await authority.list({}, { limit: 1 })).items).toEqual([]);
    },
  );

  test('rejects a GLOBAL token from a modified form if it was not offered', async () => {
    const { browser, authority } = openConsole();
    browser.login = 'admin';
    const fields = fill({ permission: 'GLOBAL', userEmail: '' });
    const response = await browser.submit('/tokens/new', '/tokens', fields);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('Only a super admin may issue a GLOBAL token.');
    expect((await authority.list({}, { limit: 1 })).items).toEqual([]);
  });

  test('shows no details of a fault of the store', async () => {
    const { browser, authority, faults } = openConsole();
    vi.spyOn(authority, 'create').mockRejectedValue(new Error('connect ECONNREFUSED 10.0.0.1'));
    const response = await browser.submit('/tokens/new', '/tokens', fill());
    expect(response.status).toBe(503);
    const page = await response.text();
    expect(page).not.toContain('10.0.0.1');
    expect(page).toContain('Check whether the change was made before you repeat it.');
    expect(faults).toHaveLength(1);
  });
});

test('client tokens are the tab of API tokens', async () => {
  const page = await openConsole().browser.text('/tokens');
  expect(page).toContain('<h1>API tokens</h1>');
  expect(page).toContain(
    'aria-label="API tokens"><a href="tokens" aria-current="page">Client tokens',
  );
});

describe('the page of a token', () => {
  test('shows every property and the audit trail', async () => {
    const { browser, issue, authority } = openConsole();
    const { token } = await issue({ allowedAddresses: ['192.0.2.0/24'] });
    await authority.rotate(token.id, 3600, { subject: 'eve@example.com', isSuperAdmin: false });
    const text = toText(await browser.text(`/tokens/${token.id}`));
    expect(text).toMatch(
      /Permission USER User e-mail ada@example\.com Scopes SEARCH Groups None Secret ends in [0-9A-Za-z]{4} Expires Never/,
    );
    expect(text).toContain('192.0.2.0/24');
    expect(text).toContain('Previous secret valid until');
    expect(text).toMatch(/Rotated eve@example\.com .* Created root@example\.com/);
  });

  test.each(['revoked', 'expired'] as const)(
    'does not call the previous secret of a %s token valid',
    async (status) => {
      const { browser, issue, authority, clock } = openConsole();
      const { token } = await issue({ expiresAt: new Date(clock.ms + 60_000) });
      const root = { subject: 'root@example.com', isSuperAdmin: true };
      await authority.rotate(token.id, 3600, root);
      if (status === 'revoked') await authority.revoke(token.id, root);
      else clock.ms += 61_000;
      const text = toText(await browser.text(`/tokens/${token.id}`));
      expect(text.toLowerCase()).toContain(`status ${status}`);
      expect(text).not.toContain('Previous secret');
    },
  );

  test.each(['none', '%00', '..%2f..', 'a%20b', `x${'y'.repeat(80)}`])(
    'of an unknown token is not found: %s',
    async (id) => {
      const { browser, faults } = openConsole();
      for (const path of [`/tokens/${id}`, `/tokens/${id}/rotate`, `/tokens/${id}/revoke`]) {
        expect((await browser.get(path)).status).toBe(404);
      }
      expect(faults).toEqual([]);
    },
  );

  test('offers only what is possible', async () => {
    const { browser, issue, authority } = openConsole();
    const { token } = await issue({ permission: 'GLOBAL', userEmail: undefined });
    const path = `/tokens/${token.id}`;
    expect(await browser.text(path)).toMatch(/\/rotate".*\/revoke"/s);
    browser.login = 'admin';
    expect(await browser.text(path)).not.toContain('/rotate"');
    expect(await browser.text(path)).toContain('/revoke"');
    await authority.revoke(token.id, { subject: 'root', isSuperAdmin: true });
    expect(await browser.text(path)).not.toMatch(/\/rotate"|\/revoke"/);
  });
});

describe('rotating a token', () => {
  test('shows a new secret once, and until when the old one is valid', async () => {
    const { browser, issue, authority, clock } = openConsole();
    const { token, secret } = await issue();
    const path = `/tokens/${token.id}/rotate`;
    const response = await browser.submit(path, path, [['overlapSeconds', '3600']]);
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toMatch(SECRET);
    expect(page).not.toContain(secret);
    const { previousExpiresAt } = await authority.get(token.id);
    expect(previousExpiresAt?.getTime()).toBe(clock.ms + 3_600_000);
    expect(await browser.text(path)).toContain('If you rotate again, it stops at once.');
    expect(await browser.text(path)).not.toMatch(SECRET);
  });

  test.each(['', '-1', '1', '99999999', 'NaN'])('rejects the overlap "%s"', async (overlap) => {
    const { browser, issue, authority } = openConsole();
    const { token } = await issue();
    const path = `/tokens/${token.id}/rotate`;
    expect((await browser.submit(path, path, [['overlapSeconds', overlap]])).status).toBe(400);
    expect((await authority.get(token.id)).previousExpiresAt).toBeUndefined();
  });

  test('rejects a token that is revoked or expired, on the page and in the form', async () => {
    const { browser, issue, authority } = openConsole();
    const { token } = await issue();
    const path = `/tokens/${token.id}/rotate`;
    const formToken = await browser.readFormToken(path);
    await authority.revoke(token.id, { subject: 'root', isSuperAdmin: true });
    expect((await browser.get(path)).status).toBe(409);
    const response = await browser.post(path, [
      ['formToken', formToken],
      ['overlapSeconds', '0'],
    ]);
    expect(response.status).toBe(409);
    expect(await response.text()).toContain('The token is revoked.');
  });

  test('rejects a GLOBAL token from an admin who is not a super admin', async () => {
    const { browser, issue } = openConsole();
    const { token } = await issue({ permission: 'GLOBAL', userEmail: undefined });
    const path = `/tokens/${token.id}/rotate`;
    browser.login = 'admin';
    expect((await browser.submit(path, path, [['overlapSeconds', '0']])).status).toBe(403);
  });
});

describe('revoking a token', () => {
  test('asks first, then revokes and shows the token', async () => {
    const { browser, issue, authority } = openConsole();
    const { token } = await issue({ description: 'lobby kiosk' });
    const path = `/tokens/${token.id}/revoke`;
    expect(await browser.text(path)).toContain('lobby kiosk');
    expect((await authority.get(token.id)).revokedAt).toBeUndefined();
    const response = await browser.submit(path, path, []);
    expect(response.status).toBe(303);
    expect(new URL(response.headers.get('location')!, `https://x${path}`).pathname).toBe(
      `/tokens/${token.id}`,
    );
    expect((await authority.get(token.id)).revokedAt).toBeInstanceOf(Date);
    expect((await browser.get(path)).status).toBe(303);
    const { items } = await authority.audit(token.id, { limit: 1 });
    expect(items).toMatchObject([{ action: 'revoked', by: 'root@example.com' }]);
  });

  test('of an unknown token is not found', async () => {
    const { browser } = openConsole();
    const response = await browser.submit('/tokens/new', '/tokens/none/revoke', []);
    expect(response.status).toBe(404);
  });
});

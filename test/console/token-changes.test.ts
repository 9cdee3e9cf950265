import { describe, expect, test } from 'vitest';
import { ADMIN } from '../tokens/issue.js';
import { ORIGIN, openConsole } from './open-console.js';

const MANY = Object.fromEntries(
  Array.from({ length: 12 }, (_, i) => [`SCOPE_${i}`, `Meaning ${i === 7 ? 'of payroll' : i}`]),
);

/** Follows a redirect, as a browser does after a form of the same origin. */
async function follow(
  { browser }: Pick<ReturnType<typeof openConsole>, 'browser'>,
  response: Response,
  from: string,
) {
  expect(response.status).toBe(303);
  const { pathname, search } = new URL(response.headers.get('location')!, ORIGIN + from);
  const page = await browser.get(pathname + search, { 'sec-fetch-site': 'same-origin' });
  return { page: await page.text(), path: pathname + search };
}

describe('a change', () => {
  test('of one token is confirmed, and only if it happened', async () => {
    const opened = openConsole();
    const { token } = await opened.issue();
    const path = `/tokens/${token.id}`;
    expect(await opened.browser.text(`${path}?done=revoked`)).not.toContain('role="status"');
    const response = await opened.browser.submit(`${path}/revoke`, `${path}/revoke`, []);
    const { page } = await follow(opened, response, `${path}/revoke`);
    expect(page).toContain('The token is revoked.');
    expect(await opened.browser.text(`${path}?done=toString`)).not.toContain('role="status"');
  });

  test('is not confirmed to a link of another site', async () => {
    const opened = openConsole();
    const { token } = await opened.issue();
    await opened.authority.revoke(token.id, ADMIN);
    const headers = { 'sec-fetch-site': 'cross-site' };
    const page = await opened.browser.get(`/tokens/${token.id}?done=revoked`, headers);
    expect(await page.text()).not.toContain('role="status"');
  });

  test.each([
    ['3600', undefined, 'The old secret works until 2 Jan 2026, 04:04 UTC'],
    ['0', undefined, 'The old secret no longer works.'],
    ['86400', new Date('2026-01-02T12:00:00Z'), 'until 2 Jan 2026, 12:00 UTC'],
  ])('of a secret with an overlap of %s s shows until when the old one works', async (...one) => {
    const [overlapSeconds, expiresAt, text] = one;
    const { browser, issue } = openConsole();
    const { token } = await issue({ expiresAt });
    const path = `/tokens/${token.id}/rotate`;
    const response = await browser.submit(path, path, [['overlapSeconds', overlapSeconds]]);
    expect((await response.text()).replaceAll(/<[^>]+>/g, '')).toContain(text);
  });
});

test('the old secret of a rotation without an overlap is never called valid', async () => {
  const opened = openConsole();
  // The request begins before the rotation.
  const now = () => opened.clock.ms - 1;
  const { browser } = openConsole({ tokens: { authority: opened.authority }, now });
  const { token } = await opened.issue();
  const path = `/tokens/${token.id}/rotate`;
  const response = await browser.submit(path, path, [['overlapSeconds', '0']]);
  const page = await response.text();
  expect(page).toContain('The old secret no longer works.');
  expect(page).not.toContain('Previous secret');
});

describe('the scopes of a new token', () => {
  test('are searched without a script, and selected ones stay', async () => {
    const { authority } = openConsole();
    const { browser } = openConsole({ tokens: { authority, scopes: MANY } });
    const fields = [
      ['description', 'kept'],
      ['permission', 'USER'],
      ['scopes', 'SCOPE_2'],
      ['scopeSearch', 'PAYROLL'],
    ] as const;
    const response = await browser.submit('/tokens/new', '/tokens/new', fields);
    expect(response.status).toBe(200);
    const page = await response.text();
    const shown = [...page.matchAll(/name="scopes" value="([^"]+)"/g)].map((one) => one[1]);
    expect(shown).toEqual(['SCOPE_2', 'SCOPE_7']);
    expect(page).toMatch(/value="SCOPE_2" checked/);
    expect(page).toContain('value="kept"');
  });

  test('need no search if there are few', async () => {
    expect(await openConsole().browser.text('/tokens/new')).not.toContain('scopeSearch');
  });
});

describe('the audit trail of all tokens', () => {
  async function change() {
    const opened = openConsole();
    const first = await opened.issue({ description: 'first import' });
    await opened.issue({ description: 'second import' });
    await opened.authority.rotate(first.token.id, 0, { subject: 'eve@x.com', isSuperAdmin: true });
    await opened.authority.revoke(first.token.id, ADMIN);
    return { ...opened, id: first.token.id };
  }

  test.each([
    ['', ['Revoked', 'Rotated', 'Created', 'Created']],
    ['?action=rotated', ['Rotated']],
    ['?by=EVE', ['Rotated']],
    ['?action=created&by=eve', []],
    ['?action=toString', ['Revoked', 'Rotated', 'Created', 'Created']],
    ['?tokenId=ID', ['Revoked', 'Rotated', 'Created']],
    ['?tokenId=%27', ['Revoked', 'Rotated', 'Created', 'Created']],
  ])('is filtered by %j', async (query, actions) => {
    const { browser, id } = await change();
    const page = await browser.text(`/audit${query.replace('ID', id)}`);
    const rows = [...page.matchAll(/data-title="Action"><div>(\w+)/g)].map((one) => one[1]);
    expect(rows).toEqual(actions);
    if (actions.length === 0) expect(page).toContain('No matching changes');
    else expect(page).toContain('first import');
  });

  test('continues on further pages with the filter', async () => {
    const { browser, issue } = await change();
    for (let i = 0; i < 60; i++) await issue({ description: `import ${i}` });
    const first = await browser.text('/audit?by=ro');
    const older = /href="audit(\?[^"]+)" rel="next"/.exec(first)![1]!.replaceAll('&amp;', '&');
    expect(older).toContain('by=ro');
    const second = await browser.text(`/audit${older}`);
    expect(second).toContain('second import');
    expect(second).not.toContain('rel="next"');
  });

  test('is seen by administrators only', async () => {
    const { browser } = await change();
    browser.login = undefined;
    expect((await browser.get('/audit')).status).toBe(401);
    browser.login = 'stranger';
    const response = await browser.get('/audit');
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain('first import');
  });
});

test('every page links the log-out of the application, if it has one', async () => {
  const { browser } = openConsole({ logOutUrl: '/log-out' });
  expect(await browser.text('/tokens')).toContain('<a href="/log-out">Log out</a>');
  expect(await openConsole().browser.text('/tokens')).not.toContain('Log out');
});

describe('the description of a token', () => {
  test('can be edited, which the audit trail shows', async () => {
    const opened = openConsole();
    const { token } = await opened.issue({ description: 'nightly' });
    const path = `/tokens/${token.id}/describe`;
    expect(await opened.browser.text(path)).toContain('value="nightly"');
    const response = await opened.browser.submit(path, path, [['description', 'weekly <b>']]);
    const { page } = await follow(opened, response, path);
    expect(page).toContain('The description is saved.');
    expect(page).toContain('weekly &lt;b&gt;');
    expect((await opened.authority.get(token.id)).description).toBe('weekly <b>');
  });

  test.each(['', ' ', 'x'.repeat(501)])('cannot become %j', async (description) => {
    const opened = openConsole();
    const { token } = await opened.issue({ description: 'nightly' });
    const path = `/tokens/${token.id}/describe`;
    const response = await opened.browser.submit(path, path, [['description', description]]);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('aria-invalid="true"');
    expect((await opened.authority.get(token.id)).description).toBe('nightly');
  });
});

describe('a secret that has leaked', () => {
  const path = '/tokens/find-secret';

  test('leads to its token, and is shown nowhere', async () => {
    const opened = openConsole();
    const { token, secret } = await opened.issue();
    const response = await opened.browser.submit(path, path, [['secret', ` ${secret} `]]);
    expect(response.headers.get('location')).not.toContain(secret);
    const { page, path: found } = await follow(opened, response, path);
    expect(found).toContain(token.id);
    expect(page).toContain('The secret belongs to this token.');
    expect(page).not.toContain(secret);
  });

  test.each([
    ['of no token', 404, (_secret: string, other: string) => other],
    ['that is not complete', 400, (secret: string) => secret.slice(1)],
    ['that is missing', 400, () => ''],
  ])('%s is answered with %i, and shown nowhere', async (_case, status, toSecret) => {
    const opened = openConsole();
    const { secret } = await opened.issue();
    const entered = toSecret(secret, (await openConsole().issue()).secret);
    const response = await opened.browser.submit(path, path, [['secret', entered]]);
    expect(response.status).toBe(status);
    const page = await response.text();
    expect(page).toContain('aria-invalid="true"');
    if (entered !== '') expect(page).not.toContain(entered);
  });

  test('may be searched for 30 times a minute', async () => {
    const opened = openConsole();
    const statuses: number[] = [];
    for (let i = 0; i < 31; i++) {
      statuses.push((await opened.browser.submit(path, path, [['secret', 'x']])).status);
    }
    expect(statuses).toEqual([...Array(30).fill(400), 429]);
  });
});

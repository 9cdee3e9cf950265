import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { hasNoBrowser, launchChromium } from './chromium.js';
import { type ConsoleSite, HOSTS, openConsoleSite } from './console-site.js';
import { createSite, type Site } from './site.js';

const ACT_AS = { 'x-glean-actas': 'bob@example.com' };

/** A token of each permission, and how the API takes it. */
const TOKENS = [
  { permission: 'GLOBAL', userEmail: '', headers: ACT_AS, servedFor: 'bob@example.com' },
  { permission: 'USER', userEmail: 'ada@example.com', headers: {}, servedFor: 'ada@example.com' },
  { permission: 'ANONYMOUS', userEmail: '', headers: {}, servedFor: 'anonymous' },
] as const;

describe.skipIf(hasNoBrowser).each(HOSTS)('the console in a browser, on %s', (_name, host) => {
  let browser: Browser;
  let context: BrowserContext;
  let site: ConsoleSite;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    site = await openConsoleSite(host);
    complaints = [];
    page = await open('super');
  });
  afterEach(async () => {
    await context.close();
    await site.close();
  });

  /** A page of a browser that is logged in. */
  async function open(session?: string, options: BrowserContextOptions = {}): Promise<Page> {
    await context?.close();
    context = await browser.newContext(options);
    if (session !== undefined) {
      await context.addCookies([{ name: 'session', value: session, url: site.origin }]);
    }
    const opened = await context.newPage();
    // What the Content-Security-Policy stops is a fault of ours.
    opened.on('console', (message) => {
      if (/policy|trusted/i.test(message.text())) complaints.push(message.text());
    });
    opened.on('pageerror', (error) => complaints.push(String(error)));
    return opened;
  }

  async function addToken(permission: string, userEmail: string): Promise<string> {
    await page.goto(`${site.origin}/admin/tokens/new`);
    await page.getByLabel('Description').fill(`for ${permission}`);
    await page.getByRole('radio', { name: new RegExp(`^${permission}`) }).check();
    if (userEmail !== '') await page.getByLabel('User e-mail').fill(userEmail);
    await page.getByRole('checkbox', { name: 'SEARCH' }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Copy the secret now' }).waitFor();
    // The script has changed the address by then, so that a reload does not send the form again.
    await page.waitForLoadState();
    return (await page.locator('#secret').textContent()) ?? 'none';
  }

  async function countTokens(): Promise<number> {
    return (await site.authority.list({}, { limit: 99 })).items.length;
  }

  test('begins at the mount point, with and without a slash', async () => {
    for (const path of ['/admin', '/admin/']) {
      await page.goto(site.origin + path);
      expect(page.url()).toBe(`${site.origin}/admin/tokens`);
    }
    await page.getByRole('link', { name: 'Add new token' }).click();
    expect(page.url()).toBe(`${site.origin}/admin/tokens/new`);
    expect(complaints).toEqual([]);
  });

  test.each(TOKENS)(
    'adds a $permission token, shows its secret once, and revokes it',
    async ({ permission, userEmail, headers, servedFor }) => {
      const secret = await addToken(permission, userEmail);
      expect(await site.search(secret, headers)).toEqual({ status: 200, body: servedFor });

      await page.reload();
      expect(await page.content()).not.toContain(secret);
      expect(page.url()).toBe(`${site.origin}/admin/tokens`);
      await page.getByRole('link', { name: `for ${permission}` }).click();
      expect(await page.content()).not.toContain(secret);

      await page.getByRole('link', { name: 'Revoke' }).click();
      expect(await site.search(secret, headers)).toMatchObject({ status: 200 });
      await page.getByRole('button', { name: 'Revoke' }).click();
      await page.getByText('Revoked', { exact: true }).first().waitFor();
      expect(await site.search(secret, headers)).toMatchObject({
        status: 401,
        body: { code: 'token_revoked' },
      });
      expect(await countTokens()).toBe(1);
      expect(complaints).toEqual([]);
    },
  );

  test('does not show the secret again, and keeps it out of addresses and cookies', async () => {
    const secret = await addToken('ANONYMOUS', '');
    expect(page.url()).not.toContain(secret);
    await page.getByRole('link', { name: 'Done' }).click();
    await page.getByRole('heading', { name: 'Audit trail' }).waitFor();
    await page.goBack();
    expect(await page.content()).not.toContain(secret);
    await page.goForward();
    expect(await page.content()).not.toContain(secret);
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
    );
    expect(kept + JSON.stringify(await context.cookies())).not.toContain(secret);
    expect(await countTokens()).toBe(1);
  });

  test('works without scripts: a reload that sends the form again creates no second token', async () => {
    page = await open('super', { javaScriptEnabled: false });
    const secret = await addToken('ANONYMOUS', '');
    await expect.poll(() => page.getByRole('button', { name: 'Copy' }).isVisible()).toBe(false);
    const response = await page.reload();
    expect(response?.request().method()).toBe('POST');
    expect(response?.status()).toBe(409);
    const text = await page.content();
    expect(text).toContain('already been submitted');
    expect(text).not.toContain(secret);
    expect(await countTokens()).toBe(1);
  });

  test('copies the secret', async () => {
    page = await open('super', { permissions: ['clipboard-read', 'clipboard-write'] });
    const secret = await addToken('ANONYMOUS', '');
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByText('Copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  });

  test('selects the secret if the browser does not allow copying', async () => {
    const secret = await addToken('ANONYMOUS', '');
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'));
    });
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByText('The text is selected').waitFor();
    expect(await page.evaluate(() => String(getSelection()))).toBe(secret);
  });

  test('rotates a token: both secrets work for the overlap', async () => {
    const secret = await addToken('ANONYMOUS', '');
    await page.getByRole('link', { name: 'Done' }).click();
    await page.getByRole('link', { name: 'Rotate' }).click();
    await page.getByLabel('Current secret stays valid').selectOption('1 hour');
    await page.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('heading', { name: 'Copy the secret now' }).waitFor();
    // The script has changed the address by then, so that a reload does not send the form again.
    await page.waitForLoadState();
    const next = (await page.locator('#secret').textContent()) ?? '';
    expect(await site.search(secret)).toMatchObject({ status: 200 });
    expect(await site.search(next)).toMatchObject({ status: 200 });
    await page.reload();
    expect(await page.content()).not.toContain(next);
    expect(await site.search(next)).toMatchObject({ status: 200 });
    await page.getByRole('link', { name: 'for ANONYMOUS' }).click();
    const trail = page.getByRole('table').getByRole('rowheader');
    expect(await trail.allTextContents()).toEqual(['Rotated', 'Created']);
  });

  test('shows the problem at the field, keeps the other input, and focuses the field', async () => {
    await page.goto(`${site.origin}/admin/tokens/new`);
    await page.getByLabel('Description').fill('nightly import');
    await page.getByLabel('User e-mail').fill('ada@example.com');
    await page.getByRole('button', { name: 'Save' }).click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await page.getByLabel('Description').inputValue()).toBe('nightly import');
    await alert.getByRole('link', { name: 'A token requires at least one scope.' }).click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('scopes');
    await page.getByRole('checkbox', { name: 'CHAT' }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Token added' }).waitFor();
    expect(await countTokens()).toBe(1);
  });

  test('shows the problem of an address that was entered before the permission changed', async () => {
    await page.goto(`${site.origin}/admin/tokens/new`);
    await page.getByLabel('Description').fill('nightly import');
    await page.getByLabel('User e-mail').fill('ada');
    await page.getByRole('radio', { name: /^ANONYMOUS/ }).check();
    await page.getByRole('checkbox', { name: 'CHAT' }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    const isToldAt = () => page.evaluate(() => document.activeElement?.id);
    await expect.poll(isToldAt).toBe('userEmail');
    await page.getByLabel('User e-mail').fill('');
    expect(await page.getByLabel('User e-mail').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Token added' }).waitFor();
  });

  test('shows the secret to an administrator who presses Save again while the token is created', async () => {
    const create = site.authority.create.bind(site.authority);
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const creating = vi.spyOn(site.authority, 'create');
    creating.mockImplementation((...token) => held.then(() => create(...token)));
    await page.goto(`${site.origin}/admin/tokens/new`);
    await page.getByLabel('Description').fill('nightly import');
    await page.getByRole('radio', { name: /^ANONYMOUS/ }).check();
    await page.getByRole('checkbox', { name: 'CHAT' }).check();
    const save = page.getByRole('button', { name: 'Save' });
    await save.scrollIntoViewIfNeeded();
    const { x, y } = (await save.boundingBox())!;
    await page.mouse.click(x + 9, y + 9);
    await vi.waitFor(() => expect(creating).toHaveBeenCalledOnce());
    await page.mouse.click(x + 9, y + 9);
    goOn();
    await page.getByRole('heading', { name: 'Copy the secret now' }).waitFor();
    // The script has changed the address by then, so that a reload does not send the form again.
    await page.waitForLoadState();
    expect(await countTokens()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test('filters the list', async () => {
    await addToken('ANONYMOUS', '');
    await addToken('GLOBAL', '');
    await page.goto(`${site.origin}/admin/tokens`);
    await page.getByRole('combobox', { name: 'Permission' }).selectOption('GLOBAL');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL(/permission=GLOBAL/);
    const names = page.getByRole('rowheader').getByRole('link');
    expect(await names.allTextContents()).toEqual(['for GLOBAL']);
  });

  test('can be used with the keyboard, and its navigation can be skipped', async () => {
    await page.goto(`${site.origin}/admin/tokens`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const tab = page.getByRole('link', { name: 'Client tokens' });
    expect(await tab.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Tab');
    const add = page.getByRole('link', { name: 'Add new token' });
    expect(await add.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await add.evaluate((element) => getComputedStyle(element).outlineWidth)).toBe('3px');
  });

  test.each([
    ['nobody', undefined, 401],
    ['an outsider', 'stranger', 403],
  ])('shows nothing to %s', async (_who, session, status) => {
    await addToken('GLOBAL', '');
    const { items } = await site.authority.list({}, { limit: 1 });
    page = await open(session);
    for (const path of ['tokens', 'tokens/new', `tokens/${items[0]?.id}`]) {
      const response = await page.goto(`${site.origin}/admin/${path}`);
      expect(response?.status()).toBe(status);
      expect(await page.content()).not.toMatch(/GLOBAL|root@|tokens\/|<form/);
    }
  });

  test('offers no GLOBAL token to an admin who is not a super admin', async () => {
    page = await open('admin');
    await page.goto(`${site.origin}/admin/tokens/new`);
    expect(await page.getByRole('radio').count()).toBe(2);
    expect(await page.getByRole('radio', { name: 'GLOBAL' }).count()).toBe(0);
  });

  describe('from another origin of the same site, to which cookies are sent,', () => {
    let evil: Site;
    beforeEach(async () => {
      evil = await createSite();
    });
    afterEach(() => evil.close());

    test.each(['', ' referrerpolicy="no-referrer"'])('rejects a forged form%s', async (policy) => {
      const formToken = await readFormToken('admin');
      const fields = {
        formToken,
        description: 'forged',
        permission: 'ANONYMOUS',
        scopes: 'SEARCH',
      };
      const inputs = Object.entries(fields).map(([n, v]) => `<input name="${n}" value="${v}">`);
      const action = `${site.origin}/admin/tokens`;
      const meta = policy === '' ? '' : '<meta name="referrer" content="no-referrer">';
      evil.resources.set(
        '/',
        `${meta}<form method="post" action="${action}">${inputs.join('')}<button>Win</button></form>`,
      );
      page = await open('super');
      await page.goto(evil.origin);
      const answered = page.waitForResponse(action);
      await page.getByRole('button', { name: 'Win' }).click();
      const response = await answered;
      expect(await response.request().headerValue('cookie')).toContain('session=super');
      expect(response.status()).toBe(403);
      expect(await countTokens()).toBe(0);
    });

    test('cannot be framed or read', async () => {
      evil.resources.set('/', `<iframe src="${site.origin}/admin/tokens/new"></iframe>`);
      await page.goto(evil.origin);
      const frame = page.frames().find((one) => one !== page.mainFrame());
      expect(await frame?.content()).not.toContain('formToken');
      const read = (mode: string) =>
        page.evaluate(
          ([url, how]) =>
            fetch(url!, { mode: how as RequestMode, credentials: 'include' }).then(
              (response) => response.type,
              () => 'rejected',
            ),
          [`${site.origin}/admin/tokens`, mode],
        );
      expect(await read('cors')).toBe('rejected');
      expect(await read('no-cors')).not.toBe('basic');
    });

    /** The form token of another administrator. */
    async function readFormToken(session: string): Promise<string> {
      page = await open(session);
      await page.goto(`${site.origin}/admin/tokens/new`);
      return page.locator('input[name=formToken]').inputValue();
    }
  });
});

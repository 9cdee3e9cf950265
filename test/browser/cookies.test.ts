import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CookiesSite, serveCookies } from '../examples/cookies-site.js';
import { hasNoBrowser, launchChromium } from './chromium.js';

describe.skipIf(hasNoBrowser)('the pages of examples/cookies', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let site: CookiesSite;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    site = await serveCookies();
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(site.origin);
    await page.getByLabel('User').fill('ada@example.com');
    await click('Log in');
    await page.getByText('You are ada@example.com.').waitFor();
  });
  afterEach(() => context.close());

  const click = (name: string) => page.getByRole('button', { name }).click();

  /** Presses a button of another site. @returns the status of the site's answer. */
  async function attack(origin: string, button: string): Promise<number> {
    await page.goto(origin);
    const answered = page.waitForResponse((response) => response.url().startsWith(site.origin));
    await click(button);
    return (await answered).status();
  }

  async function listNotes(): Promise<readonly string[]> {
    await page.goto(`${site.origin}/notes`);
    return page.getByRole('listitem').allTextContents();
  }

  test('write a note, with a cookie that scripts cannot read', async () => {
    await page.getByLabel('Note').fill('<b>first</b>');
    await click('Write');
    await page.getByText('<b>first</b>').waitFor();
    expect(await page.evaluate(() => document.cookie)).toBe('');
    expect(await context.cookies()).toEqual([
      expect.objectContaining({ name: 'access_token', httpOnly: true, sameSite: 'Lax' }),
    ]);
  });

  test('reject a form of another port, with which the browser sends the cookie', async () => {
    expect(await attack(site.otherOrigin, 'Write a note')).toBe(403);
    expect(await page.getByRole('code').textContent()).toBe('cross_site');
    expect(await listNotes()).toEqual([]);
  });

  test('get no cookie with a form of another site', async () => {
    const elsewhere = site.otherOrigin.replace('127.0.0.1', 'localhost');
    expect(await attack(elsewhere, 'Write a note')).toBe(401);
    expect(await page.getByRole('code').textContent()).toBe('credentials_missing');
  });

  test('do not log in for another site', async () => {
    expect(await attack(site.otherOrigin, 'Log in as Eve')).toBe(403);
    await page.goto(`${site.origin}/notes`);
    await page.getByText('You are ada@example.com.').waitFor();
  });

  test('forget the user on log-out', async () => {
    await click('Log out');
    await page.getByLabel('User').waitFor();
    expect(await context.cookies()).toEqual([]);
    expect((await page.goto(`${site.origin}/notes`))?.status()).toBe(401);
    await page.getByRole('link', { name: 'Log in' }).click();
    await page.getByLabel('User').waitFor();
  });
});

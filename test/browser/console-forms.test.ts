import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasNoBrowser, launchChromium } from './chromium.js';
import { openSites, press } from './console-states/state.js';

describe.skipIf(hasNoBrowser)('forms of the console', () => {
  let browser: Browser;
  let sites: Awaited<ReturnType<typeof openSites>>;
  let page: Page;

  beforeAll(async () => {
    [browser, sites] = await Promise.all([launchChromium(), openSites()]);
  });
  afterAll(async () => {
    await browser?.close();
    await sites?.close();
  });
  beforeEach(async () => {
    const context = await browser.newContext();
    await context.addCookies([{ name: 'session', value: 'super', url: sites.site.origin }]);
    page = await context.newPage();
  });
  afterEach(() => page.context().close());

  test('hide the groups of a token that cannot have any, unless one is selected', async () => {
    await page.goto(`${sites.site.origin}/tokens/new`);
    const groups = page.getByRole('group', { name: 'Groups' });
    expect(await groups.isVisible()).toBe(true);
    await page.getByRole('radio', { name: /^ANONYMOUS/ }).check();
    expect(await groups.isVisible()).toBe(false);
    await page.getByRole('radio', { name: /^GLOBAL/ }).check();
    await groups.getByRole('checkbox', { name: /^support/ }).check();
    await page.getByRole('radio', { name: /^ANONYMOUS/ }).check();
    expect(await groups.isVisible()).toBe(true);
  });

  test('move the focus to what is wrong', async () => {
    await page.goto(`${sites.site.origin}/tokens/find-secret`);
    await page.getByLabel('Secret').fill('hunter2');
    await press(page, 'Find');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('alert');
    await page.getByRole('link', { name: 'The text is not a complete secret.' }).click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('secret');
  });

  test('are not sent again by a reload of their answer', async () => {
    const { site } = sites;
    const { token } = await site.issue({ description: 'to revoke' });
    await page.goto(`${site.origin}/tokens?search=to+revoke`);
    await page.getByRole('checkbox', { name: 'Select to revoke' }).check();
    await press(page, 'Revoke selected');
    await press(page, 'Revoke');
    await page.getByText('One token is revoked.').waitFor();
    expect((await site.authority.get(token.id)).revokedAt).toBeDefined();
    await page.reload();
    expect(new URL(page.url()).pathname).toBe('/tokens');
    expect(await page.getByRole('heading', { name: 'API tokens' }).isVisible()).toBe(true);
  });
});

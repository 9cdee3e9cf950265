import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { engagement } from '../exports/support/events.js';
import { type Crm, startCrm } from '../support/crm/crm.js';
import { hasNoBrowser, launchChromium } from './chromium.js';
import { type ConsoleSite, HOSTS, openConsoleSite } from './console-site.js';
import { fillConnection } from './fill-connection.js';

const [[, express]] = HOSTS as unknown as readonly [(typeof HOSTS)[number]];

describe.skipIf(hasNoBrowser)('a proxy that sets Referrer-Policy: no-referrer', () => {
  let browser: Browser;
  let context: BrowserContext;
  let site: ConsoleSite;
  let crm: Crm;
  let page: Page;
  /** Every form post that reached the console: its path, `Origin` and status. */
  let posts: Promise<string>[];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    const proxyHeaders = { 'referrer-policy': 'no-referrer' };
    [site, crm] = await Promise.all([openConsoleSite(express, {}, proxyHeaders), startCrm()]);
    context = await browser.newContext();
    await context.addCookies([{ name: 'session', value: 'super', url: site.origin }]);
    posts = [];
    context.on('response', (response) => {
      const request = response.request();
      if (request.method() !== 'POST' || !request.url().startsWith(site.origin)) return;
      const path = new URL(request.url()).pathname.replace(/[\da-f-]{32,36}/g, 'ID');
      const origin = request.allHeaders().then((headers) => headers['origin']);
      posts.push(origin.then((sent) => `${path} ${sent} ${response.status()}`));
    });
    page = await context.newPage();
  });
  afterEach(async () => {
    await context.close();
    await Promise.all([site.close(), crm.close()]);
  });

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const follow = (name: string | RegExp) => page.getByRole('link', { name }).click();

  test('leaves every form of client tokens usable', async () => {
    await page.goto(`${site.origin}/admin/tokens/new`);
    await page.getByLabel('Description').fill('nightly import');
    await page.getByLabel('User e-mail').fill('ada@example.com');
    await page.getByRole('checkbox', { name: 'SEARCH' }).check();
    await press('Save');
    await follow('Done');
    await follow('Rotate');
    await press('Rotate');
    await follow('Done');
    await follow('Revoke');
    await press('Revoke');
    await page.getByText('Revoked', { exact: true }).first().waitFor();
    expect(await Promise.all(posts)).toEqual([
      '/admin/tokens null 201',
      '/admin/tokens/ID/rotate null 200',
      '/admin/tokens/ID/revoke null 303',
    ]);
  });

  test('leaves every form of exports usable', async () => {
    await page.goto(`${site.origin}/admin/exports/new?preset=generic`);
    await fillConnection(page, crm);
    await page.getByLabel('Webhook URL').fill(crm.hookUrl);
    await press('Save');
    await follow(/^Continue to/);
    crm.redirectUris.add((await page.locator('#redirect-uri').textContent()) ?? '');
    await follow('Configure OAuth');
    await press('Save');
    await follow('Rotate signing secret');
    await press('Rotate');
    await follow(/^Continue to/);
    const opened = context.waitForEvent('page');
    await press('Authorize export');
    await (await opened).getByRole('button', { name: 'Allow' }).click();
    await page.getByText('Authorized. Engagements are delivered from now on.').waitFor();
    await follow('Disable');
    await press('Disable');
    await press('Enable');
    crm.fail('hook', { status: 422, body: {} });
    await site.service.enqueue(engagement('eng-1'));
    await site.service.worker.runOnce();
    await page.reload();
    await follow('Show dead letters');
    await press('Replay Engagement ended, eng-1');
    await follow('The CRM');
    await follow('Disconnect');
    await press('Disconnect');
    await page.getByText('Not authorized', { exact: true }).waitFor();
    expect(await Promise.all(posts)).toEqual([
      '/admin/exports null 201',
      '/admin/exports/ID/configure null 303',
      '/admin/exports/ID/signing-secret null 200',
      '/admin/exports/ID/authorize null 200',
      '/admin/exports/ID/disable null 303',
      '/admin/exports/ID/enable null 303',
      expect.stringMatching(/^\/admin\/exports\/ID\/deliveries\/[^/ ]+\/replay null 303$/),
      '/admin/exports/ID/disconnect null 303',
    ]);
  });
});

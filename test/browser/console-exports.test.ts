import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { engagement } from '../exports/support/events.js';
import { type Crm, startCrm } from '../support/crm/crm.js';
import { hasNoBrowser, launchChromium } from './chromium.js';
import { type ConsoleSite, EGRESS, HOSTS, openConsoleSite } from './console-site.js';
import { fillConnection } from './fill-connection.js';

describe.skipIf(hasNoBrowser).each(HOSTS)('exports in a browser, on %s', (_name, host) => {
  let browser: Browser;
  let context: BrowserContext;
  let site: ConsoleSite;
  let crm: Crm;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    [site, crm] = await Promise.all([openConsoleSite(host), startCrm()]);
    await open();
  });
  afterEach(async () => {
    await context.close();
    await Promise.all([site.close(), crm.close()]);
  });

  async function open(options: BrowserContextOptions = {}): Promise<void> {
    await context?.close();
    context = await browser.newContext(options);
    // As strict as an application can have it: it is not sent when the CRM sends the browser back.
    const cookie = {
      name: 'session',
      value: 'super',
      url: site.origin,
      sameSite: 'Strict',
    } as const;
    await context.addCookies([cookie]);
    complaints = [];
    context.on('console', (message) => {
      if (/policy|trusted/i.test(message.text())) complaints.push(message.text());
    });
    page = await context.newPage();
  }

  /** What a manager types in, for a CRM like Salesforce or for any other system. */
  async function configure(preset: 'Salesforce' | 'Another system'): Promise<void> {
    await page.goto(`${site.origin}/admin/exports`);
    await page.getByRole('link', { name: 'Add new export' }).click();
    // The first card is that with a log-in.
    await page.getByRole('link', { name: preset }).first().click();
    await fillConnection(page, crm);
    if (preset === 'Another system') await page.getByLabel('Webhook URL').fill(crm.hookUrl);
    await page.getByRole('button', { name: 'Save' }).click();
    if (preset === 'Another system') await page.getByRole('link', { name: 'Continue to' }).click();
    await page.getByRole('heading', { name: 'Authorization' }).waitFor();
    crm.redirectUris.add((await page.locator('#redirect-uri').textContent()) ?? '');
  }

  /** Opens the log-in, and waits until the CRM asks. */
  async function startLogIn(button = 'Authorize export'): Promise<Page> {
    const opened = context.waitForEvent('page');
    await page.getByRole('button', { name: button }).click();
    const popup = await opened;
    await popup.getByRole('heading', { name: 'Log in to the CRM' }).waitFor();
    return popup;
  }

  async function authorize(): Promise<void> {
    const popup = await startLogIn();
    await popup.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('Authorized. Engagements are delivered from now on.').waitFor();
  }

  test.each(['Salesforce', 'Another system'] as const)(
    'configures, authorizes through the pop-up, and watches an export arrive: %s',
    async (preset) => {
      await configure(preset);
      const popup = await startLogIn();
      await Promise.all([
        popup.waitForEvent('close'),
        popup.getByRole('button', { name: 'Allow' }).click(),
      ]);
      const result = page.getByText('Authorized. Engagements are delivered from now on.');
      await result.waitFor();
      expect(await result.evaluate((element) => element === document.activeElement)).toBe(true);
      expect(await page.getByText('Active', { exact: true }).isVisible()).toBe(true);

      await site.service.enqueue(engagement('eng-1'));
      await page.getByRole('link', { name: 'Exports', exact: true }).first().click();
      await page.getByRole('link', { name: 'The CRM' }).click();
      expect(await page.getByText('Pending').isVisible()).toBe(true);
      await site.service.worker.runOnce();
      await page.getByRole('link', { name: 'Delivery log' }).click();
      await page.getByRole('row', { name: /eng-1.*Delivered/ }).waitFor();
      expect(crm.records.size + crm.posts.length).toBe(1);
      expect(complaints).toEqual([]);
    },
  );

  test('shows the problem of a setting that is folded away', async () => {
    await page.goto(`${site.origin}/admin/exports/new?preset=salesforce`);
    for (const name of ['Name', 'Site ID', 'Client ID', 'Client secret'])
      await page.getByLabel(name, { exact: true }).fill('x');
    await page.getByText('More settings').click();
    await page.getByLabel('Issuer').fill('login.salesforce.com');
    await page.getByText('More settings').click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page
      .getByRole('alert')
      .getByRole('link', { name: /^Issuer/ })
      .click();
    expect(await page.getByLabel('Issuer').isVisible()).toBe(true);
  });

  test('reports that access was denied, and can start again', async () => {
    await configure('Salesforce');
    const popup = await startLogIn();
    await popup.getByRole('button', { name: 'Deny' }).click();
    await page
      .getByText('The log-in was cancelled, or access was declined in the other system.')
      .waitFor();
    expect(await page.getByText('Not authorized', { exact: true }).isVisible()).toBe(true);
    await authorize();
  });

  test('reports a log-in window that was closed, and can start again from the same page', async () => {
    await configure('Salesforce');
    const popup = await startLogIn();
    await popup.close();
    await page.getByText('The log-in was not completed.').waitFor();
    await authorize();
  });

  test('shows the result of a log-in whose pages cut themselves off from this one', async () => {
    await crm.close();
    crm = await startCrm({ openerPolicy: 'same-origin' });
    await configure('Salesforce');
    const popup = await startLogIn();
    // To the page that opened it, the window is as good as closed.
    const result = page.getByText('The log-in was not completed.');
    await result.waitFor();
    expect(await result.textContent()).toContain('the result appears here');
    await popup.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('Authorized. Engagements are delivered from now on.').waitFor();
  });

  test('takes any of several log-ins that are under way', async () => {
    await configure('Salesforce');
    const [first, second] = [await startLogIn(), await startLogIn()];
    await second.getByRole('button', { name: 'Deny' }).click();
    await page
      .getByText('The log-in was cancelled, or access was declined in the other system.')
      .waitFor();
    await first.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('Authorized. Engagements').waitFor();
  });

  test('gives the other system no access to the page that opened it', async () => {
    await configure('Salesforce');
    const popup = await startLogIn();
    expect(await popup.evaluate(() => opener)).toBeNull();
  });

  test('keeps tokens, codes and secrets out of the browser', async () => {
    await configure('Salesforce');
    const addresses: string[] = [];
    const bodies: Promise<string>[] = [];
    context.on('response', (response) => {
      if (!response.url().startsWith(site.origin)) return;
      addresses.push(response.url());
      bodies.push(response.text().catch(() => ''));
    });
    await authorize();
    for (const path of ['', '/configure', '/deliveries']) {
      const address = page.url().replace(/\?.*/, '');
      await page.goto(address.replace(/(\/exports\/\w+).*/, `$1${path}`));
    }
    const seen = (await Promise.all(bodies)).join();
    const { accessTokens, refreshToken = 'none' } = crm.grants[0]!;
    for (const secret of [...accessTokens, refreshToken, crm.clientSecret]) {
      expect(seen + addresses.join()).not.toContain(secret);
    }
  });

  test('does not let a code be used twice', async () => {
    await configure('Salesforce');
    const came: string[] = [];
    context.on('request', (request) => {
      if (request.url().includes('/callback/')) came.push(request.url());
    });
    await authorize();
    await page.goto(came[0]!);
    expect(await page.getByRole('heading').textContent()).toBe('Not authorized');
    expect(await page.getByText('This log-in took too long').isVisible()).toBe(true);
    expect(crm.grants.filter(({ isRevoked }) => !isRevoked)).toHaveLength(1);
  });

  test('rejects an answer in a browser other than the one that began the log-in', async () => {
    await configure('Salesforce');
    const popup = await startLogIn();
    const back = await crm.approve(new URL(popup.url()));
    const other = await browser.newContext();
    const foreign = await other.newPage();
    await foreign.goto(back.href);
    expect(await foreign.getByText('started in another browser').isVisible()).toBe(true);
    expect(await foreign.content()).not.toContain('The CRM');
    expect(crm.count('authorization_code')).toBe(0);
    await other.close();
  });

  test('works without scripts, in a tab', async () => {
    await open({ javaScriptEnabled: false });
    await configure('Salesforce');
    const form = page.locator('form[data-popup]');
    expect(await form.getAttribute('target')).toBe('_blank');
    expect(await form.getAttribute('rel')).toBe('noopener');
    // In a tab of its own, scripts are turned off only when it may have been read already.
    await form.evaluate((element) => element.removeAttribute('target'));
    await page.getByRole('button', { name: 'Authorize export' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'Authorized', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Back to the export' }).click();
    await page.getByText('Active', { exact: true }).waitFor();
    await page.getByText('Authorized. Engagements are delivered').waitFor();
  });

  test('replays a dead letter', async () => {
    await configure('Salesforce');
    await authorize();
    crm.ambiguous.add('eng-1');
    await site.service.enqueue(engagement('eng-1'));
    await site.service.worker.runOnce();
    await page.reload();
    await page.getByRole('link', { name: 'Show dead letters' }).click();
    await page.getByRole('row', { name: /eng-1.*Dead letter.*Several records/ }).waitFor();
    crm.ambiguous.clear();
    await page.getByRole('button', { name: 'Replay Engagement ended, eng-1' }).click();
    await page.getByRole('row', { name: /eng-1.*Pending/ }).waitFor();
    await site.service.worker.runOnce();
    await page.getByRole('link', { name: 'Refresh' }).click();
    await page.getByRole('row', { name: /eng-1.*Delivered/ }).waitFor();
    expect(crm.records.has('eng-1')).toBe(true);
  });

  test('disconnects, disables and enables', async () => {
    await configure('Salesforce');
    await authorize();
    await page.getByRole('link', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByText('Disabled', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Enable' }).click();
    await page.getByText('Active', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Disconnect' }).click();
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByText('Not authorized', { exact: true }).waitFor();
    expect(crm.grants.every(({ isRevoked }) => isRevoked)).toBe(true);
  });

  test('configures again without asking for the secret, and shows its addresses', async () => {
    await configure('Salesforce');
    for (const address of EGRESS) expect(await page.getByText(address).isVisible()).toBe(true);
    await page.getByRole('link', { name: 'Configure OAuth' }).click();
    expect(await page.getByLabel('Client secret').inputValue()).toBe('');
    await page.getByLabel('Name').fill('The other CRM');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'The other CRM' }).waitFor();
    await authorize();
  });
});

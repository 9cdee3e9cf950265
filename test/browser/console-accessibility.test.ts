import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engagement } from '../exports/support/events.js';
import { finishLogin } from '../exports/support/finish-login.js';
import { type Receiver, startReceiver } from '../exports/support/plain-receiver.js';
import { type Crm, startCrm } from '../support/crm/crm.js';
import { hasNoBrowser, launchChromium } from './chromium.js';
import { type ConsoleSite, HOSTS, openConsoleSite } from './console-site.js';

const ADMIN = { subject: 'root@example.com', isSuperAdmin: true };
const LONG = 'the_nightly_import_of_the_data_warehouse_'.repeat(4);

/** How a page is looked at: the width of a desktop and of phones, by day and by night. */
const LOOKS = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 390, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const;

describe.skipIf(hasNoBrowser)('every page of the console, in every state,', () => {
  let browser: Browser;
  let site: ConsoleSite;
  let bare: ConsoleSite;
  let crm: Crm;
  let receiver: Receiver;
  const ids = {
    active: '',
    revoked: '',
    expiring: '',
    salesforce: '',
    webhook: '',
    plain: '',
    refused: '',
  };

  beforeAll(async () => {
    browser = await launchChromium();
    const host = HOSTS[0]![1];
    [site, bare] = await Promise.all([
      openConsoleSite(host, { logInUrl: '/log-in', logOutUrl: '/log-out' }),
      openConsoleSite(host),
    ]);
    const { authority } = site;
    const add = async (description: string, permission: 'GLOBAL' | 'ANONYMOUS') =>
      (
        await authority.create(
          { description, permission, scopes: ['SEARCH', 'CHAT', 'PEOPLE', 'DOCPERMISSIONS'] },
          ADMIN,
        )
      ).token.id;
    for (let i = 0; i < 26; i++) await add(`import ${i}`, 'ANONYMOUS');
    ids.active = await add(LONG, 'GLOBAL');
    await authority.rotate(ids.active, 3600, ADMIN);
    ids.revoked = await add('revoked', 'ANONYMOUS');
    await authority.revoke(ids.revoked, ADMIN);
    const soon = await authority.create(
      {
        ...{ description: 'trial', permission: 'ANONYMOUS', scopes: ['CHAT'] },
        expiresAt: new Date(Date.now() + 5 * 24 * 3600 * 1000),
      },
      ADMIN,
    );
    ids.expiring = soon.token.id;
    const email = `${'ada.lovelace.'.repeat(4)}x@example.com`;
    const user = { permission: 'USER', userEmail: email, scopes: ['SEARCH'] } as const;
    await authority.create(
      { description: 'notebook', ...user, allowedAddresses: ['2001:db8:0:1:2:3:4:5'] },
      ADMIN,
    );
  });
  beforeAll(async () => {
    crm = await startCrm();
    const { connections, enqueue, worker } = site.service;
    const shared = {
      siteId: 'site-1',
      authorizationEndpoint: crm.authorizationEndpoint,
      tokenEndpoint: crm.tokenEndpoint,
      clientId: crm.clientId,
      clientSecret: crm.clientSecret,
    };
    const webhook = await connections.create({
      ...{ ...shared, name: LONG, preset: 'generic' },
      destination: { kind: 'webhook', url: `${crm.hookUrl}?${LONG}` },
    });
    const salesforce = await connections.create({
      ...{ ...shared, name: 'Salesforce', preset: 'salesforce' },
      destination: {
        ...{ kind: 'salesforce', object: 'Engagement__c', externalIdField: 'Engagement_Id__c' },
        ...{ fields: { Type__c: 'engagement.type' }, apiVersion: 'v62.0' },
      },
    });
    receiver = await startReceiver();
    const plain = await connections.create({
      ...({ preset: 'generic', grantType: 'none', name: 'Archive', siteId: 'site-2' } as const),
      header: { name: 'Authorization', value: 'Basic eA==' },
      destination: { kind: 'webhook', url: receiver.url },
    });
    ids.plain = plain.connection.id;
    // The receiver of the CRM wants an access token.
    const refused = await connections.create({
      ...({ preset: 'generic', grantType: 'none', name: 'Ledger', siteId: 'site-2' } as const),
      destination: { kind: 'webhook', url: crm.hookUrl },
    });
    ids.refused = refused.connection.id;
    ids.webhook = webhook.connection.id;
    ids.salesforce = salesforce.connection.id;
    crm.redirectUris.add(salesforce.connection.redirectUri ?? '');
    const session = 'a-cookie-that-nobody-guesses';
    const back = await crm.approve(await connections.authorize(ids.salesforce, session, 'ada'));
    await finishLogin(connections, ids.salesforce, back.searchParams, session);
    crm.ambiguous.add(LONG);
    for (const id of ['eng-1', LONG]) await enqueue(engagement(id));
    await worker.runOnce();
    crm.revokeGrants();
    await enqueue(engagement('eng-2'));
    await worker.runOnce();
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([site?.close(), bare?.close(), crm?.close(), receiver?.close()]);
  });

  const go = (path: () => string) => async (page: Page) => {
    await page.goto(site.origin + path());
  };
  const addToken = async (page: Page, scope?: string) => {
    await page.goto(`${site.origin}/admin/tokens/new`);
    await page.getByLabel('Description').fill('from a test');
    await page.getByRole('radio', { name: /^ANONYMOUS/ }).check();
    if (scope) await page.getByRole('checkbox', { name: scope }).check();
    await page.getByRole('button', { name: 'Save' }).click();
  };

  const addExport = async (page: Page, url: string) => {
    await page.goto(`${site.origin}/admin/exports/new?preset=generic`);
    const fields = ['Name', 'Site ID', 'Client ID', 'Client secret'];
    for (const field of fields) await page.getByLabel(field).fill('x');
    const urls = ['Authorization URL', 'Access token URL', 'Webhook URL'];
    for (const field of urls) await page.getByLabel(field).fill(url);
    await page
      .locator('form.form')
      .evaluate((form: HTMLFormElement) => form.setAttribute('novalidate', ''));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: /Copy|Nothing/ }).waitFor();
  };

  const STATES: readonly (readonly [
    string,
    string | undefined,
    (page: Page) => Promise<unknown>,
  ])[] = [
    ['a list', 'super', go(() => '/admin/tokens')],
    ['a list without tokens', 'super', (page) => page.goto(`${bare.origin}/admin/tokens`)],
    ['a list in which nothing matches', 'super', go(() => '/admin/tokens?search=nothing')],
    ['a new token', 'super', go(() => '/admin/tokens/new')],
    ['a new token, for a mere admin', 'admin', go(() => '/admin/tokens/new')],
    ['a new token with problems', 'super', (page) => addToken(page)],
    [
      'a secret',
      'super',
      async (page) => {
        await addToken(page, 'SEARCH');
        await page.getByRole('button', { name: 'Copy' }).click();
        await page.locator('[data-copied]:not(:empty)').waitFor();
      },
    ],
    ['a token', 'super', go(() => `/admin/tokens/${ids.active}`)],
    ['a revoked token', 'super', go(() => `/admin/tokens/${ids.revoked}`)],
    [
      'editing the description of a token',
      'super',
      go(() => `/admin/tokens/${ids.active}/describe`),
    ],
    ['finding a secret', 'super', go(() => '/admin/tokens/find-secret')],
    ['a list in another order', 'super', go(() => '/admin/tokens?order=expiry')],
    ['rotating a token', 'super', go(() => `/admin/tokens/${ids.active}/rotate`)],
    ['rotating a token that is revoked', 'super', go(() => `/admin/tokens/${ids.revoked}/rotate`)],
    ['revoking a token', 'super', go(() => `/admin/tokens/${ids.active}/revoke`)],
    [
      'revoking several tokens',
      'super',
      async (page) => {
        await page.goto(`${site.origin}/admin/tokens`);
        for (const box of (await page.getByRole('checkbox').all()).slice(0, 2)) await box.check();
        await page.getByRole('button', { name: 'Revoke selected' }).click();
        await page.getByRole('heading', { name: 'Revoke these 2 tokens?' }).waitFor();
      },
    ],
    [
      'a token that was just revoked',
      'super',
      async (page) => {
        await page.goto(`${site.origin}/admin/tokens?search=import+1`);
        await page.getByRole('table').getByRole('link').first().click();
        await page.getByRole('link', { name: 'Revoke' }).click();
        await page.getByRole('button', { name: 'Revoke' }).click();
        await page.getByText('The token is revoked.').waitFor();
      },
    ],
    [
      'a rotated token',
      'super',
      async (page) => {
        await page.goto(`${site.origin}/admin/tokens/${ids.expiring}/rotate`);
        await page.getByRole('button', { name: 'Rotate' }).click();
        await page.getByText('The old secret works until').waitFor();
      },
    ],
    ['a token that expires soon', 'super', go(() => `/admin/tokens/${ids.expiring}`)],
    ['the audit trail', 'super', go(() => '/admin/audit')],
    ['an audit trail in which nothing matches', 'super', go(() => '/admin/audit?by=nobody')],
    ['an audit trail without changes', 'super', (page) => page.goto(`${bare.origin}/admin/audit`)],
    ['disabling an export', 'super', go(() => `/admin/exports/${ids.webhook}/disable`)],
    ['a webhook without OAuth', 'super', go(() => `/admin/exports/${ids.plain}`)],
    [
      'a new webhook without OAuth',
      'super',
      go(() => '/admin/exports/new?preset=generic&grantType=none'),
    ],
    [
      'a new export with client credentials',
      'super',
      go(() => '/admin/exports/new?preset=generic&grantType=client_credentials'),
    ],
    ['a new export to HubSpot', 'super', go(() => '/admin/exports/new?preset=hubspot')],
    [
      'configuring a webhook without OAuth',
      'super',
      go(() => `/admin/exports/${ids.plain}/configure`),
    ],
    [
      'a test event that is not accepted',
      'super',
      async (page) => {
        await page.goto(`${site.origin}/admin/exports/${ids.refused}`);
        await page.getByRole('button', { name: 'Send test event' }).click();
        await page.getByRole('heading', { name: 'Not accepted' }).waitFor();
      },
    ],
    [
      'a test event that is accepted',
      'super',
      async (page) => {
        await page.goto(`${site.origin}/admin/exports/${ids.plain}`);
        await page.getByRole('button', { name: 'Send test event' }).click();
        await page.getByRole('heading', { name: 'Accepted', exact: true }).waitFor();
      },
    ],
    [
      'an export that was just disabled',
      'super',
      async (page) => {
        await page.goto(`${site.origin}/admin/exports/${ids.plain}/disable`);
        await page.getByRole('button', { name: 'Disable' }).click();
        await page.getByText('The export is disabled.').waitFor();
      },
    ],
    ['replaying dead letters', 'super', go(() => `/admin/exports/${ids.salesforce}/replay`)],
    [
      'replaying with a problem',
      'super',
      async (page) => {
        await page.goto(`${site.origin}/admin/exports/${ids.salesforce}/replay`);
        await page.getByLabel('Reason').evaluate((select: HTMLSelectElement) => {
          select.options[1]!.value = 'unknown';
        });
        await page.getByLabel('Reason').selectOption('unknown');
        await page.getByRole('button', { name: 'Replay' }).click();
        await page.getByRole('alert').waitFor();
      },
    ],
    ['a cancelled log-in', 'super', go(() => `/admin/exports/${ids.webhook}?result=closed`)],
    ['exports', 'super', go(() => '/admin/exports')],
    ['exports, when there are none', 'super', (page) => page.goto(`${bare.origin}/admin/exports`)],
    ['which system an export is for', 'super', go(() => '/admin/exports/new')],
    ['a new export to Salesforce', 'super', go(() => '/admin/exports/new?preset=salesforce')],
    ['a new export with problems', 'super', (page) => addExport(page, 'not an address')],
    ['a signing secret', 'super', (page) => addExport(page, 'https://example.com/hook')],
    ['an export in trouble', 'super', go(() => `/admin/exports/${ids.salesforce}?result=denied`)],
    ['an export that nobody authorized', 'super', go(() => `/admin/exports/${ids.webhook}`)],
    ['configuring an export', 'super', go(() => `/admin/exports/${ids.webhook}/configure`)],
    ['a delivery log', 'super', go(() => `/admin/exports/${ids.salesforce}/deliveries`)],
    ['an empty log', 'super', go(() => `/admin/exports/${ids.webhook}/deliveries`)],
    ['disconnecting', 'super', go(() => `/admin/exports/${ids.salesforce}/disconnect`)],
    ['a new signing secret', 'super', go(() => `/admin/exports/${ids.webhook}/signing-secret`)],
    ['the end of a log-in', undefined, go(() => `/admin/exports/callback/${ids.webhook}`)],
    ['no page', 'super', go(() => '/admin/none')],
    ['nobody', undefined, go(() => '/admin/tokens')],
    ['an outsider', 'stranger', go(() => '/admin/tokens')],
  ];

  test.each(STATES)('has no fault that axe can find, and fits: %s', async (name, session, open) => {
    const context = await browser.newContext();
    if (session !== undefined) {
      const cookie = { name: 'session', value: session };
      await context.addCookies([site, bare].map(({ origin }) => ({ ...cookie, url: origin })));
    }
    const page = await context.newPage();
    await open(page);
    for (const { width, colorScheme } of LOOKS) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const faults = await findFaults(page);
      expect(faults, `${name}, ${width}, ${colorScheme}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    // The smallest phone has the rules of the others: all that can go wrong is the width.
    await page.setViewportSize({ width: 320, height: 568 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    await context.close();
  });

  test('has no fault on the way to a log-in elsewhere', async () => {
    const context = await browser.newContext();
    await context.addCookies([{ name: 'session', value: 'super', url: site.origin }]);
    // An answer without content keeps the browser where it is.
    await context.route(`${crm.url}/**`, (route) => route.fulfill({ status: 204 }));
    const page = await context.newPage();
    await page.goto(`${site.origin}/admin/exports/${ids.webhook}`);
    const opened = context.waitForEvent('page');
    await page.getByRole('button', { name: 'Authorize export' }).click();
    const popup = await opened;
    await popup.getByRole('link', { name: 'Continue' }).waitFor();
    expect(await findFaults(popup)).toEqual([]);
    await context.close();
  });

  test('is read as a table by a screen reader on a phone', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    await page.context().addCookies([{ name: 'session', value: 'super', url: site.origin }]);
    await page.goto(`${site.origin}/admin/tokens`);
    const snapshot = await page.getByRole('table').ariaSnapshot();
    expect(snapshot).toContain('- columnheader "Permission"');
    expect(snapshot).toMatch(
      /- row .*\n(?:\s+- (?:cell|checkbox).*\n)*\s+- rowheader "notebook ends in \w{4}"/,
    );
    await page.close();
  });
});

/** What axe-core finds, rules of good practice included. */
async function findFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document),
  );
  expect(results.passes.length).toBeGreaterThan(10);
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

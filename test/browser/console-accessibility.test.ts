import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
  { width: 320, colorScheme: 'light' },
] as const;

describe.skipIf(hasNoBrowser)('every page of the console, in every state,', () => {
  let browser: Browser;
  let site: ConsoleSite;
  let bare: ConsoleSite;
  const ids: Record<'active' | 'revoked', string> = { active: '', revoked: '' };

  beforeAll(async () => {
    browser = await launchChromium();
    const host = HOSTS[0]![1];
    [site, bare] = await Promise.all([
      openConsoleSite(host, { logInUrl: '/log-in' }),
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
    const email = `${'ada.lovelace.'.repeat(4)}x@example.com`;
    const user = { permission: 'USER', userEmail: email, scopes: ['SEARCH'] } as const;
    await authority.create(
      { description: 'notebook', ...user, allowedAddresses: ['2001:db8:0:1:2:3:4:5'] },
      ADMIN,
    );
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([site?.close(), bare?.close()]);
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
    ['rotating a token', 'super', go(() => `/admin/tokens/${ids.active}/rotate`)],
    ['rotating a token that is revoked', 'super', go(() => `/admin/tokens/${ids.revoked}/rotate`)],
    ['revoking a token', 'super', go(() => `/admin/tokens/${ids.active}/revoke`)],
    ['no page', 'super', go(() => '/admin/none')],
    ['nobody', undefined, go(() => '/admin/tokens')],
    ['an outsider', 'stranger', go(() => '/admin/tokens')],
  ];

  it.each(STATES)('has no fault that axe can find, and fits: %s', async (name, session, open) => {
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
    await context.close();
  });

  it('is a table for who listens to it on a phone', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    await page.context().addCookies([{ name: 'session', value: 'super', url: site.origin }]);
    await page.goto(`${site.origin}/admin/tokens`);
    const snapshot = await page.getByRole('table').ariaSnapshot();
    expect(snapshot).toContain('- columnheader "Permission"');
    expect(snapshot).toMatch(/- row .*\n\s+- rowheader "notebook"/);
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

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasNoBrowser, launchChromium } from './chromium.js';
import { openSites } from './console-states/state.js';
import { findAxeFaults } from './find-page-faults.js';

describe.skipIf(hasNoBrowser)('the console', () => {
  let browser: Browser;
  let sites: Awaited<ReturnType<typeof openSites>>;

  beforeAll(async () => {
    [browser, sites] = await Promise.all([launchChromium(), openSites()]);
  });
  afterAll(async () => {
    await browser?.close();
    await sites?.close();
  });

  async function openContext() {
    const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
    await context.addCookies([{ name: 'session', value: 'super', url: sites.site.origin }]);
    return context;
  }

  test('has no fault in the window of a log-in elsewhere', async () => {
    const { origin, service } = sites.site;
    const { connection } = await service.connections.create({
      ...({ preset: 'hubspot', name: 'CRM', siteId: 'site-1' } as const),
      ...{ clientId: 'client', clientSecret: 'secret' },
      destination: { kind: 'webhook', url: 'https://example.com/hook' },
    });
    const context = await openContext();
    // An answer without content keeps the browser where it is.
    await context.route('https://app.hubspot.com/**', (route) => route.fulfill({ status: 204 }));
    const page = await context.newPage();
    await page.goto(`${origin}/exports/${connection.id}`);
    const opened = context.waitForEvent('page');
    await page.getByRole('button', { name: 'Authorize export' }).click();
    const popup = await opened;
    await popup.getByRole('link', { name: 'Continue' }).waitFor();
    expect(await findAxeFaults(popup)).toEqual([]);
    await context.close();
  });

  test('is read as a table by a screen reader on a phone', async () => {
    await sites.site.issue({ description: 'notebook' });
    const context = await openContext();
    const page = await context.newPage();
    await page.goto(`${sites.site.origin}/tokens`);
    const snapshot = await page.getByRole('table').ariaSnapshot();
    expect(snapshot).toContain('- columnheader "Permission"');
    expect(snapshot).toMatch(
      /- row .*\n(?:\s+- (?:cell|checkbox).*\n)*\s+- rowheader "notebook ends in \w{4}"/,
    );
    await context.close();
  });
});

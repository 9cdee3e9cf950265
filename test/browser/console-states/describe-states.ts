import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { launchChromium } from '../chromium.js';
import { findPageFaults } from '../find-page-faults.js';
import { openSites, type PageStates, type Sites } from './state.js';

/** Tests that no state of the pages has a fault that axe finds, and that each fits its window. */
export function describeStates(pages: PageStates, prepare: (sites: Sites) => Promise<void>): void {
  let browser: Browser;
  let sites: Awaited<ReturnType<typeof openSites>>;

  beforeAll(async () => {
    [browser, sites] = await Promise.all([launchChromium(), openSites()]);
    await prepare(sites);
  });
  afterEach(() => void vi.restoreAllMocks());
  afterAll(async () => {
    await browser?.close();
    await sites?.close();
  });

  const all = Object.entries(pages).flatMap(([name, states]) =>
    Object.entries(states).map(([state, one]) => [`${name} ${state}`, one] as const),
  );

  test.each(all)('has no fault and fits: %s', async (_name, state) => {
    const { session = 'super', open, isScriptless = false } = state;
    const context = await browser.newContext();
    if (isScriptless) await context.route('**/assets/console.js', (route) => route.abort());
    if (session !== null) {
      const { site, empty, bare } = sites;
      const cookie = { name: 'session', value: session };
      await context.addCookies(
        [site, empty, bare].map(({ origin }) => ({ ...cookie, url: origin })),
      );
    }
    const page = await context.newPage();
    await open(page, sites);
    expect(await findPageFaults(page)).toEqual([]);
    await context.close();
  });
}

import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Evaluation, startEvaluation } from '../../examples/evaluate/src/evaluation.js';
import { hasNoBrowser, launchChromium } from './chromium.js';

describe.skipIf(hasNoBrowser)('the pages of the evaluation', () => {
  let browser: Browser;
  let evaluation: Evaluation;

  beforeAll(async () => {
    [browser, evaluation] = await Promise.all([launchChromium(), startEvaluation()]);
  });
  afterAll(async () => {
    await browser?.close();
    await evaluation?.close();
  });

  test.each(['light', 'dark'] as const)(
    'show decisions live, and fit a phone, in %s',
    async (colorScheme) => {
      const viewport = { width: 390, height: 844 };
      // Without the Content-Security-Policy, axe can be injected. Other tests check the policy.
      const context = await browser.newContext({ colorScheme, viewport, bypassCSP: true });
      const page = await context.newPage();
      const check = async () => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate(() =>
          (globalThis as unknown as { axe: typeof axe }).axe.run(document),
        );
        expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
      };
      const { administration, exports, servers } = evaluation;
      await page.goto(`${administration.url}/admin/decisions`);
      await check();
      await page.getByLabel('User name').fill('root');
      await page.getByLabel('Password').fill(administration.password);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('heading', { name: 'Decisions' }).waitFor();
      await fetch(`${servers[1]?.url}/live-${colorScheme}`);
      await page.getByText(`GET /live-${colorScheme}`).waitFor();
      await check();
      for (const url of [exports.url, exports.crmUrl]) {
        await page.goto(url);
        await check();
      }
      await context.close();
    },
  );
});

import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Both layouts and both colour schemes: a desktop by day, and a phone by night. */
const LOOKS = [
  { width: 1280, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const;

/** What axe-core finds in each look, rules of good practice included, and where a page is too wide. */
export async function findPageFaults(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const { width, colorScheme } of LOOKS) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const found = await findAxeFaults(page);
    faults.push(...found.map((fault) => `${width} ${colorScheme}: ${fault}`));
    faults.push(...(await findOverflow(page, width)));
  }
  // Other widths have the same rules: all that can go wrong is the width.
  for (const width of [1024, 768, 320]) {
    await page.setViewportSize({ width, height: 568 });
    faults.push(...(await findOverflow(page, width)));
  }
  return faults;
}

export async function findAxeFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      resultTypes: ['violations'],
    }),
  );
  expect(results.passes.length).toBeGreaterThan(10);
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

async function findOverflow(page: Page, width: number): Promise<readonly string[]> {
  const found = await page.evaluate(() => document.documentElement.scrollWidth);
  return found === width ? [] : [`${width}: the page is ${found} wide`];
}

import type { Page } from 'playwright-core';
import { GROUPS, MANY_SCOPES, openStateSite, SCOPES, type StateSite } from './state-site.js';

/** Pages with data, pages without any, and pages of a console that knows neither scopes nor links. */
export interface Sites {
  readonly site: StateSite;
  readonly empty: StateSite;
  readonly bare: StateSite;
}

export async function openSites() {
  const links = { logInUrl: '/log-in', logOutUrl: '/log-out' };
  const [site, empty, bare] = await Promise.all([
    openStateSite({ ...links, scopes: SCOPES, groups: GROUPS }),
    openStateSite({ ...links, scopes: MANY_SCOPES }),
    openStateSite({}),
  ]);
  const close = () => Promise.all([site, empty, bare].map((one) => one.close()));
  return { site, empty, bare, close };
}

/** One state of a page: whose session opens it, and how. */
export interface State {
  /** Default `super`; `null` for a browser that is not logged in. */
  readonly session?: 'super' | 'admin' | 'long' | 'stranger' | 'broken' | null | undefined;
  readonly open: (page: Page, sites: Sites) => Promise<unknown>;
  /** Without scripts. Default: with them. */
  readonly isScriptless?: boolean | undefined;
}

/** The states of each page, by the name of its component. */
export type PageStates = Readonly<Record<string, Readonly<Record<string, State>>>>;

/** A state that is opened by an address of the site with data. */
export function at(path: string): State {
  return { open: (page, { site }) => page.goto(site.origin + path) };
}

/** Clicks a button, and waits for the answer. */
export async function press(page: Page, name: string): Promise<void> {
  const answer = page.waitForEvent('load');
  await page.getByRole('button', { name, exact: true }).click();
  await answer;
}

/** Lets the server check what the browser would refuse to send. */
export async function skipBrowserChecks(page: Page): Promise<void> {
  await page
    .locator('form.form')
    .evaluate((form: HTMLFormElement) => form.setAttribute('novalidate', ''));
}

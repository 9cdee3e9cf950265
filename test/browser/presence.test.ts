import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { TOKEN_ERROR_CODES } from '@mandate/client';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { servePresence } from '../examples/presence-server.js';
import { hasNoBrowser, launchChromium } from './chromium.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Served = Awaited<ReturnType<typeof servePresence>>;

describe.skipIf(hasNoBrowser)('the pages of examples/presence', () => {
  let browser: Browser;
  let context: BrowserContext;
  let served: Served;
  let page: Page;
  let asked: number;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    served = await servePresence();
    context = await browser.newContext();
    context.setDefaultTimeout(10_000);
    page = await openPage();
  });
  afterEach(() => context.close());

  /** The agent's page. */
  async function openPage(): Promise<Page> {
    const opened = await context.newPage();
    asked = 0;
    opened.on('request', (request) => {
      if (request.url().endsWith('/authorize')) asked++;
    });
    await opened.goto(served.origin);
    return opened;
  }

  interface LogIn {
    readonly password?: string;
    readonly groupid?: string;
  }

  async function logIn({ password = served.password, groupid = '12345' }: LogIn = {}) {
    await page.getByLabel('User name').fill('agent@example.com');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('textbox', { name: 'Group' }).fill(groupid);
    await page.getByRole('button', { name: 'Log in' }).click();
  }

  async function lookUp(visitor: string, group = '12345') {
    await page.getByRole('textbox', { name: 'Visitor', exact: true }).fill(visitor);
    await page.getByRole('textbox', { name: 'Group' }).fill(group);
    await page.getByRole('button', { name: 'Look up' }).click();
  }

  /** Waits until the page shows the text in its status, which screen readers announce. */
  const untilStatus = (text: string | RegExp) =>
    page.getByRole('status').filter({ hasText: text }).waitFor();

  test("log in, look a visitor up and send a message to the visitor's page", async () => {
    await logIn();
    await untilStatus(/logged in for group 12345 until/);
    expect(asked).toBe(1);
    await lookUp('maya');
    await untilStatus('maya is not present');
    const visitor = await context.newPage();
    await visitor.goto(`${served.origin}/visitor.html?groupid=12345&visitorid=maya`);
    await visitor.getByText('You are maya').waitFor();
    await lookUp('maya');
    await untilStatus('maya is present');
    await page.getByLabel('Message').fill('<b>Hello</b>');
    await page.getByRole('button', { name: 'Send' }).click();
    await untilStatus('Sent.');
    await visitor.getByText('<b>Hello</b>').waitFor();
  });

  test.each([
    [{ password: 'wrong' }, 'The user name or password is wrong.'],
    [{ groupid: '' }, 'You work for several groups'],
    [{ groupid: '99999' }, 'You do not work for this group.'],
  ])('explain why a log-in with %o fails', async (given, reason) => {
    await logIn(given);
    await untilStatus(reason);
    expect(await page.getByRole('button', { name: 'Log in' }).isVisible()).toBe(true);
    await logIn();
    await untilStatus('logged in');
  });

  test('explain that the token is for another group', async () => {
    await logIn();
    await untilStatus('logged in');
    await lookUp('maya', '67890');
    await untilStatus('Your token is not for this group');
    expect(asked).toBe(1);
  });

  test('stay logged in across a reload, without the password and without a request', async () => {
    await logIn();
    await untilStatus('logged in');
    await page.reload();
    await untilStatus('logged in');
    await lookUp('maya');
    await untilStatus('maya is not present');
    expect(asked).toBe(1);
    const stored = await page.evaluate(() => JSON.stringify(localStorage));
    expect(stored).toContain('agent@example.com');
    expect(stored).not.toContain(served.password);
  });

  test.each(['{', '"x"', '{"groupid":1}'])(
    'show the log-in form where another page of the origin has stored %s',
    async (text) => {
      await page.evaluate((stored) => localStorage.setItem('agent', stored), text);
      await page.reload();
      await page.getByRole('button', { name: 'Log in' }).waitFor();
      await logIn();
      await untilStatus('logged in');
    },
  );

  test.each([
    [
      'is forbidden',
      () =>
        Object.defineProperty(window, 'localStorage', {
          get() {
            throw new DOMException('denied', 'SecurityError');
          },
        }),
    ],
    [
      'is full',
      () => {
        Storage.prototype.setItem = () => {
          throw new DOMException('full', 'QuotaExceededError');
        };
      },
    ],
  ])('let agents log in and out if the storage %s', async (_, spoil) => {
    await page.addInitScript(spoil);
    await page.reload();
    await logIn();
    await untilStatus('logged in for group 12345 until');
    await lookUp('maya');
    await untilStatus('maya is not present');
    await page.getByRole('button', { name: 'Log out' }).click();
    await untilStatus('logged out');
  });

  test('ask for the password again when the token is gone after a reload', async () => {
    await logIn();
    await untilStatus('logged in');
    await page.evaluate(() => {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith('mandate-client:')) localStorage.removeItem(key);
      }
    });
    await page.reload();
    await untilStatus('Log in with your user name');
    expect(await page.getByLabel('User name').inputValue()).toBe('agent@example.com');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('password');
    expect(asked).toBe(1);
  });

  test('ask for the password again when the token is rejected after a reload', async () => {
    await logIn();
    await untilStatus('logged in');
    await page.evaluate(() => {
      for (const [key, text] of Object.entries(localStorage)) {
        // As if the service had new keys.
        if (key.startsWith('mandate-client:1')) {
          localStorage.setItem(key, text.replace(/\.[\w-]{43}/, `.${'A'.repeat(43)}`));
        }
      }
    });
    await page.reload();
    await untilStatus('logged in');
    await lookUp('maya');
    await untilStatus('Log in with your user name');
    await logIn();
    await untilStatus('logged in');
    await lookUp('maya');
    await untilStatus('maya is not present');
  });

  test('forget the token on log-out', async () => {
    await logIn();
    await untilStatus('logged in');
    await page.getByRole('button', { name: 'Log out' }).click();
    await untilStatus('logged out');
    const stored = await page.evaluate(() => JSON.stringify(localStorage));
    expect(stored).not.toMatch(/agent@|eyJ/);
    await page.reload();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
  });

  test('have a text for every error code of the client', async () => {
    const codes = await page.evaluate('Object.keys(REASONS)');
    expect(codes).toEqual([...TOKEN_ERROR_CODES]);
  });

  test.each(['light', 'dark'] as const)(
    'have no fault that axe finds, and log no warning, in %s',
    async (colorScheme) => {
      const faults: string[] = [];
      const check = async () => {
        const { violations } = (await page.evaluate(`${axe}; axe.run()`)) as {
          violations: readonly {
            readonly id: string;
            readonly nodes: readonly { html: string }[];
          }[];
        };
        faults.push(
          ...violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
        );
      };
      await page.emulateMedia({ colorScheme });
      page.on('console', (message) => faults.push(message.text()));
      page.on('pageerror', (error) => faults.push(error.message));
      await check();
      await logIn();
      await untilStatus('logged in');
      await lookUp('maya');
      await untilStatus('maya is not present');
      await check();
      await page.goto(`${served.origin}/visitor.html`);
      await page.getByText('You are maya').waitFor();
      await check();
      expect(faults).toEqual([]);
    },
  );
});

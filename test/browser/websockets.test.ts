import { createServer } from 'node:http';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ChatGuide, serveChatGuide } from '../support/chat-guide.js';
import { listen } from '../support/listen.js';
import { hasNoBrowser, launchChromium } from './chromium.js';

/** What a page sees of a socket: what it receives, the subprotocol, and how the socket closed. */
interface Seen {
  readonly received?: string;
  readonly protocol: string;
  readonly code?: number;
}

describe.skipIf(hasNoBrowser)('pages and the program of the guide about WebSockets', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let guide: ChatGuide;
  let origin: string;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  const servePage = () =>
    listen(createServer((_message, response) => response.end('<!doctype html><p>a page')));

  beforeEach(async () => {
    origin = await servePage();
    guide = await serveChatGuide(origin);
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(origin);
  });
  afterEach(() => context.close());

  /** Opens a socket in the page, sends a message, and returns what comes first. */
  const chat = (protocols: readonly string[]): Promise<Seen> =>
    page.evaluate(
      ([url, ...offered]) =>
        new Promise<Seen>((resolve) => {
          const socket = new WebSocket(url as string, offered);
          const { protocol } = socket;
          socket.onopen = () => socket.send('hello');
          socket.onmessage = ({ data }) => resolve({ received: data, protocol: socket.protocol });
          socket.onclose = ({ code }) => resolve({ code, protocol });
        }),
      [guide.url, ...protocols],
    );

  const setCookie = async () => {
    const { hostname } = new URL(guide.url);
    const value = await guide.issue();
    const cookie = { name: '__Host-access_token', value, secure: true, httpOnly: true };
    await context.addCookies([{ ...cookie, url: `https://${hostname}/`, sameSite: 'Lax' }]);
  };

  test('a page offers its token as a subprotocol, and the server answers with the other', async () => {
    const seen = await chat(['chat.v1', `bearer.${await guide.issue()}`]);
    expect(seen).toEqual({ received: 'ada: hello', protocol: 'chat.v1' });
  });

  test('a page of this origin opens a socket with its cookie', async () => {
    await setCookie();
    expect(await chat([])).toEqual({ received: 'ada: hello', protocol: '' });
  });

  test('a page of another port opens none, although the browser sends the cookie', async () => {
    await setCookie();
    await page.goto(await servePage());
    expect(await chat([])).toEqual({ code: 1006, protocol: '' });
  });

  test('a page without a token receives only the error that no socket was opened', async () => {
    expect(await chat(['chat.v1'])).toEqual({ code: 1006, protocol: '' });
  });
});

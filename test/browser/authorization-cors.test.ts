import { createServer } from 'node:http';
import { mountFetch } from '@mandate/express';
import { createAuthorizationHandler } from '@mandate/issuer';
import express from 'express';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createWorld } from '../issuer/world.js';
import { listen } from '../support/listen.js';
import { hasNoBrowser, launchChromium } from './chromium.js';
import { createSite, type Site } from './site.js';

describe.skipIf(hasNoBrowser)('a page at an authorization service of another origin', () => {
  let browser: Browser;
  let agents: Site;
  let other: Site;
  let url: string;

  beforeAll(async () => {
    browser = await launchChromium();
    [agents, other] = await Promise.all([createSite({ '/': '' }), createSite({ '/': '' })]);
  });
  afterAll(async () => {
    await browser?.close();
    for (const site of [agents, other]) site?.close();
  });

  beforeEach(async () => {
    const { service } = await createWorld();
    const allowedOrigins = [agents.origin];
    const allowedHeaders = ['traceparent', 'baggage'];
    const handler = createAuthorizationHandler({ service, allowedOrigins, allowedHeaders });
    url = `${await listen(createServer(express().use(mountFetch(handler))))}/authorize`;
  });

  async function open({ origin }: Site): Promise<Page> {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(origin);
    return page;
  }

  /** The status that the page sees, or `blocked`. */
  const post = (page: Page, headers: Record<string, string>) =>
    page.evaluate(
      async ([target, more]) => {
        const body = JSON.stringify({ username: 'bob', password: 'hunter2' });
        const sent = { 'content-type': 'application/json', ...more };
        const answer = fetch(target, { method: 'POST', headers: sent, body });
        return answer.then(
          ({ status }) => status,
          () => 'blocked',
        );
      },
      [url, headers] as const,
    );

  test('may send the request headers that are allowed, and no others', async () => {
    const page = await open(agents);
    expect(await post(page, {})).toBe(200);
    expect(await post(page, { traceparent: '00-1-1-00', baggage: 'a=b' })).toBe(200);
    expect(await post(page, { 'x-other': '1' })).toBe('blocked');
    expect(await post(await open(other), {})).toBe('blocked');
  });

  test('posts a form that is read if its origin is allowed', async () => {
    const submit = async (site: Site) => {
      const page = await open(site);
      const [response] = await Promise.all([
        page.waitForResponse(url),
        page.evaluate((action) => {
          document.body.innerHTML = `<form method="post" action="${action}">
            <input name="username" value="bob"><input name="password" value="hunter2"></form>`;
          document.forms[0]?.submit();
        }, url),
      ]);
      return response.status();
    };
    expect(await submit(agents)).toBe(200);
    expect(await submit(other)).toBe(400);
  });
});

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { createTokenClient, TokenClientOptions } from '@mandate/client';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasNoBrowser, launchChromium } from './chromium.js';
import { createSite, type Site } from './site.js';

/** What the script puts on `window`. */
declare global {
  var MandateClient: { createTokenClient: typeof createTokenClient };
  var client: ReturnType<typeof createTokenClient>;
  var storageEvent: Promise<void>;
}

const META = '<meta id="glance-cobrowse" data-authtoken="page-token">';
const SCRIPT = '<script src="/dist/mandate-client.global.js"></script>';

describe.skipIf(hasNoBrowser)('the token client in a browser', () => {
  let browser: Browser;
  let context: BrowserContext;
  let site: Site;
  let api: Site;
  let asked: number;
  let release: (() => void) | undefined;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    asked = 0;
    release = undefined;
    context = await browser.newContext();
    site = await createSite({ '/': SCRIPT, '/authorize': answerAuthorize });
    api = await createSite();
  });

  afterEach(async () => {
    await context.close();
    site.close();
    api.close();
  });

  let held: Promise<void> | undefined;

  function hold(): void {
    held = new Promise((resolve) => {
      release = () => {
        held = undefined;
        resolve();
      };
    });
  }

  async function answerAuthorize(_req: IncomingMessage, res: ServerResponse): Promise<void> {
    const serial = ++asked;
    await held;
    const expiration = new Date(Date.now() + 20 * 60_000).toISOString();
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify({ token: `token-${serial}`, expiration }));
  }

  async function openTab(options: TokenClientOptions = {}, path = '/'): Promise<Page> {
    const page = await context.newPage();
    await page.goto(site.origin + path);
    await startClient(page, options);
    return page;
  }

  const startClient = (page: Page, options: TokenClientOptions = {}): Promise<void> =>
    page.evaluate((given) => {
      const credentials = { username: 'alice', password: 'secret' };
      const authorize = { groupid: 12345, credentials, duration: 20 };
      globalThis.client = MandateClient.createTokenClient({
        authorize,
        ...given,
      } as TokenClientOptions);
    }, options);

  /** Waits until a tab has the storage event for a change by another tab. */
  async function untilTold(page: Page, change: () => Promise<unknown>): Promise<void> {
    await page.evaluate(() => {
      globalThis.storageEvent = new Promise((resolve) => {
        addEventListener('storage', () => resolve(), { once: true });
      });
    });
    await change();
    await page.evaluate(() => globalThis.storageEvent);
  }

  const getToken = (page: Page): Promise<string> => page.evaluate(() => client.getToken());

  test.each([
    ['Web Locks', {}],
    ['a lease in the storage', { locks: null }],
  ])(
    'sends one request for two tabs that ask at the same time, with %s',
    async (_title, options) => {
      const tabs = await Promise.all([openTab(options), openTab(options)]);
      hold();
      const tokens = tabs.flatMap((tab) => [getToken(tab), getToken(tab)]);
      await expect.poll(() => asked).toBe(1);
      release?.();
      expect(new Set(await Promise.all(tokens))).toEqual(new Set(['token-1']));
      expect(asked).toBe(1);
    },
  );

  test('sends no request after a reload, or in a tab that is opened later', async () => {
    const tab = await openTab();
    expect(await getToken(tab)).toBe('token-1');
    await tab.reload();
    await startClient(tab);
    expect(await getToken(tab)).toBe('token-1');
    expect(await getToken(await openTab())).toBe('token-1');
    expect(asked).toBe(1);
  });

  test('requests a new token after clearToken, in the other tab too', async () => {
    const [tab, other] = [await openTab(), await openTab()];
    await untilTold(other, () => getToken(tab));
    expect(await getToken(other)).toBe('token-1');
    await untilTold(other, () => tab.evaluate(() => client.clearToken()));
    await untilTold(tab, () => getToken(other));
    expect([await getToken(other), await getToken(tab)]).toEqual(['token-2', 'token-2']);
    expect(asked).toBe(2);
  });

  test('keeps the tokens of two tabs apart in sessionStorage, across a reload', async () => {
    const options = { storage: 'sessionStorage' } as const;
    const [tab, other] = [await openTab(options), await openTab(options)];
    expect([await getToken(tab), await getToken(other)]).toEqual(['token-1', 'token-2']);
    await tab.reload();
    await startClient(tab, options);
    expect(await getToken(tab)).toBe('token-1');
  });

  test('keeps a token in memory out of the storages', async () => {
    const tab = await openTab({ storage: 'memory' });
    await getToken(tab);
    expect(await tab.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
    await tab.reload();
    await startClient(tab, { storage: 'memory' });
    expect(await getToken(tab)).toBe('token-2');
  });

  test('runs on a plain page, as the document shows it', async () => {
    const page = await context.newPage();
    await page.goto(site.origin);
    const outcome = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const tokens = MandateClient.createTokenClient();
          tokens.authorize({
            service: 'presence',
            groupid: 12345,
            credentials: { username: 'alice', password: 'secret' },
            duration: 20,
            onsuccess: () => tokens.getJwtToken(resolve),
            onfail: resolve,
          });
        }),
    );
    expect(outcome).toMatchObject({ jwtToken: 'token-1', expiration: expect.stringMatching(/Z$/) });
  });

  test('adds one global and logs nothing', async () => {
    const page = await context.newPage();
    const logged: string[] = [];
    page.on('console', (message) => logged.push(message.text()));
    page.on('pageerror', (error) => logged.push(error.message));
    site.resources.set('/bare', '<link rel="icon" href="data:,">');
    await page.goto(`${site.origin}/bare`);
    const before = await page.evaluate(() => Object.keys(globalThis));
    await page.addScriptTag({ url: '/dist/mandate-client.global.js' });
    const after = await page.evaluate(() => Object.keys(globalThis));
    expect(after.filter((name) => !before.includes(name))).toEqual(['MandateClient']);
    await startClient(page);
    await getToken(page);
    expect(logged).toEqual([]);
  });

  test.each([
    [
      'the script element',
      '<script data-authtoken="page-token" src="/dist/mandate-client.global.js"></script>',
    ],
    ['the element with the documented id', META + SCRIPT],
    ['a line of its own', `<meta id="glance-cobrowse" data-authtoken="\n  page-token\n">${SCRIPT}`],
  ])('takes data-authtoken from %s', async (_title, html) => {
    site.resources.set('/with-token', html);
    const tab = await openTab({}, '/with-token');
    expect(await getToken(tab)).toBe('page-token');
    expect(asked).toBe(0);
    await tab.evaluate(() => client.setToken('set-token'));
    expect(await getToken(tab)).toBe('set-token');
    await tab.evaluate(() => client.clearToken());
    expect(await getToken(tab)).toBe('token-1');
  });

  test.each([
    ['with the documented id', '<div id="glance-cobrowse" data-authtoken="planted"></div>'],
    ['in the place of the script', '<img name="currentScript" data-authtoken="planted">'],
    ['before the element itself', `<b id="glance-cobrowse" data-authtoken="planted"></b>${META}`],
  ])(
    'takes no token from an element that HTML sanitizers let through: %s',
    async (_title, html) => {
      // For example, in a visitor's comment: the agent would continue as another user.
      site.resources.set('/planted', `${html}${SCRIPT}`);
      const tab = await openTab({}, '/planted');
      expect(await getToken(tab)).toBe(html.includes(META) ? 'page-token' : 'token-1');
    },
  );

  describe('for a page that was written for the Glance document', () => {
    const AGENT_SCRIPT =
      '<script id="glance-cobrowse" data-glance src="/dist/mandate-client.global.js"></script>';

    // help.glance.net, "Authorization Token": the parameters of `authorize` as the document lists them, with
    // one of the five sets of credentials filled in.
    const toPage = (credentials: string) => `${AGENT_SCRIPT}
      <script>
        GLANCE.Authorization.authorize({
          webserver: "",
          service: "presence",
          groupid: 12345,
          credentials: { ${credentials} },
          duration: 20,
          onsuccess: function () { document.title = "success"; },
          onfail: function (reason) { document.title = reason; }
        });
      </script>`;

    async function open(html: string): Promise<Page> {
      site.resources.set('/agent', html);
      const page = await context.newPage();
      await page.goto(`${site.origin}/agent`);
      return page;
    }

    const titleOf = (page: Page) =>
      page.waitForFunction(() => document.title).then((title) => title.jsonValue());

    test.each([
      'username: "agent", password: "password", gssnid: "", partnerid: 12345, partneruserid: "", loginkey: "", g4scredentials: ""',
      'username: "agent", g4scredentials: "secret"',
      'username: "agent", loginkey: "$1$2000000000$x"',
      'gssnid: "1.2.x.12345"',
      'partnerid: 12345, partneruserid: "agent-7", loginkey: "$1$2000000000$x"',
    ])('gets and reuses a token with %s', async (credentials) => {
      const page = await open(toPage(credentials));
      expect(await titleOf(page)).toBe('success');
      await page.reload();
      expect(await titleOf(page)).toBe('success');
      expect(asked).toBe(1);
    });

    test('passes the reason of a failure to onfail', async () => {
      site.resources.set('/authorize', (_req, res) => {
        res.writeHead(401, { 'content-type': 'application/problem+json' });
        res.end(JSON.stringify({ code: 'loginkey_expired' }));
      });
      expect(await titleOf(await open(toPage('gssnid: "x"')))).toBe('loginkey_expired');
      expect(await titleOf(await open(toPage('password: "alone"')))).toBe('missing_credentials');
    });

    test('has setToken, clearToken and the token of data-authtoken', async () => {
      const token = 'data-authtoken="\n page-token \n"';
      const page = await open(AGENT_SCRIPT.replace('data-glance', `${token} data-glance`));
      const run = (script: string) => page.evaluate<string>(script);
      expect(await run('GLANCE.Authorization.getToken()')).toBe('page-token');
      await run('GLANCE.Authorization.setToken("set-token")');
      expect(await run('GLANCE.Authorization.getToken()')).toBe('set-token');
      await run('GLANCE.Authorization.clearToken()');
      const code = 'GLANCE.Authorization.getToken().catch((error) => error.code)';
      expect(await run(code)).toBe('missing_credentials');
    });

    test('keeps what GLANCE has already', async () => {
      const page = await open(`<script>var GLANCE = { Presence: 1 };</script>${AGENT_SCRIPT}`);
      expect(await page.evaluate('Object.keys(GLANCE).join()')).toBe('Presence,Authorization');
    });

    test('is not deceived by an element of that name', async () => {
      const page = await open(`<form id="GLANCE"></form>${AGENT_SCRIPT}`);
      expect(await page.evaluate('Object.keys(GLANCE).join()')).toBe('Authorization');
    });

    test('defines nothing without the attribute', async () => {
      const page = await open(SCRIPT);
      expect(await page.evaluate('typeof GLANCE')).toBe('undefined');
    });
  });

  test('sends the token to the allowed origin, and once more after a 401', async () => {
    const seen: (string | undefined)[] = [];
    api.resources.set('/me', (req, res) => {
      const allow = { 'access-control-allow-origin': site.origin };
      if (req.method === 'OPTIONS') {
        res.writeHead(204, { ...allow, 'access-control-allow-headers': 'authorization' }).end();
        return;
      }
      seen.push(req.headers.authorization);
      res.writeHead(seen.length === 1 ? 401 : 200, allow).end('me');
    });
    const tab = await openTab({ allowedOrigins: [api.origin] });
    const status = await tab.evaluate(
      async (url) => (await client.fetchWithToken(url, { method: 'POST', body: 'a' })).status,
      `${api.origin}/me`,
    );
    expect(status).toBe(200);
    expect(seen).toEqual(['Bearer token-1', 'Bearer token-2']);
    await tab.evaluate(() => client.fetchWithToken('/authorize', { method: 'POST' }));
  });

  test('sends the Request of another frame unchanged', async () => {
    const seen: (string | undefined)[] = [];
    api.resources.set('/frame', (req, res) => {
      const allow = { 'access-control-allow-origin': site.origin };
      if (req.method === 'OPTIONS') {
        res.writeHead(204, { ...allow, 'access-control-allow-headers': 'authorization' }).end();
        return;
      }
      seen.push(req.method, req.headers.authorization);
      req.setEncoding('utf8').on('data', (text: string) => seen.push(text));
      req.on('end', () => res.writeHead(200, allow).end());
    });
    const tab = await openTab({ allowedOrigins: [api.origin] });
    await tab.evaluate(async (url) => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      const { Request } = frame.contentWindow as unknown as typeof globalThis;
      await client.fetchWithToken(new Request(url, { method: 'POST', body: 'a' }));
    }, `${api.origin}/frame`);
    expect(seen).toEqual(['POST', 'Bearer token-1', 'a']);
  });

  test('follows no redirect with the token', async () => {
    let landed = 0;
    api.resources.set('/landed', (_req, res) => {
      landed++;
      res.writeHead(200, { 'access-control-allow-origin': '*' }).end();
    });
    site.resources.set('/away', (_req, res) => {
      res.writeHead(302, { location: `${api.origin}/landed` }).end();
    });
    const tab = await openTab({ allowedOrigins: [site.origin] });
    const outcome = await tab.evaluate(() =>
      client.fetchWithToken('/away').then(
        () => 'followed',
        () => 'rejected',
      ),
    );
    expect(outcome).toBe('rejected');
    expect(landed).toBe(0);
  });

  test('distinguishes a service that this page may not call from a wrong password', async () => {
    const tab = await openTab();
    const reason = await tab.evaluate(
      (webserver) =>
        new Promise((resolve) => {
          const credentials = { username: 'alice', password: 'secret' };
          client.authorize({
            webserver,
            credentials,
            onsuccess: () => resolve(0),
            onfail: resolve,
          });
        }),
      api.origin,
    );
    expect(reason).toBe('network');
  });
});

import type {
  createServiceClient,
  createServiceHost,
  ServiceEvent,
  ServiceHostOptions,
} from '@mandate/client';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasNoBrowser, launchChromium } from './chromium.js';
import { createSite, type Site } from './site.js';

/** What the script puts on `window`, and what these pages add. */
declare global {
  var MandateService: {
    createServiceHost: typeof createServiceHost;
    createServiceClient: typeof createServiceClient;
  };
  var events: ServiceEvent[];
  var received: { origin: string; data: unknown }[];
}

/** A page that remembers every message that arrives at it. */
const PAGE = `<script>
  globalThis.received = [];
  addEventListener('message', ({ origin, data }) => received.push({ origin, data }));
</script>
<script src="/dist/mandate-service.global.js"></script>`;

describe.skipIf(hasNoBrowser)('the service bridge in a browser', () => {
  let browser: Browser;
  let context: BrowserContext;
  let workspace: Site;
  let content: Site;
  let evil: Site;
  let page: Page;

  beforeAll(async () => {
    browser = await launchChromium();
    [workspace, content, evil] = await Promise.all([
      createSite(),
      createSite({ '/': PAGE }),
      createSite({ '/': PAGE }),
    ]);
    const frames = [content, evil].map(({ origin }) => `<iframe src="${origin}/"></iframe>`);
    workspace.resources.set('/', frames.join('') + PAGE);
  });

  afterAll(async () => {
    await browser?.close();
    for (const site of [workspace, content, evil]) site?.close();
  });

  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(workspace.origin);
  });

  afterEach(() => context.close());

  const startHost = (options: Partial<ServiceHostOptions> & { accepted?: string } = {}) =>
    page.evaluate(
      ({ accepted, ...rest }) => {
        globalThis.events = [];
        MandateService.createServiceHost({
          acceptedWebContentOrigins: accepted,
          operations: {
            'auth.getJwtToken': async () => ({
              expiration: '2030-01-01T00:20:00.000Z',
              jwtToken: 'secret-token',
            }),
            'agent.get': (parameters, { origin }) => ({ parameters, origin }),
          },
          onRequest: (event) => events.push(event),
          ...rest,
        });
      },
      { accepted: `${content.origin} (agent.*, auth.getJwtToken)`, ...options },
    );

  const frameOf = (site: Site): Frame => {
    const frame = page.frames().find((one) => one.url().startsWith(site.origin));
    if (!frame) throw new Error('no such frame');
    return frame;
  };

  /** Calls an operation from a frame: the data, or the code of the error. */
  const call = (frame: Frame, operation: string, origin = workspace.origin) =>
    frame.evaluate(
      async ([name, host]) => {
        const client = MandateService.createServiceClient({ origin: host, timeoutMs: 1000 });
        try {
          return await client.request(name, [1]);
        } catch (error) {
          return (error as { code: string }).code;
        } finally {
          client.close();
        }
      },
      [operation, origin] as const,
    );

  test('gives the token to a frame of an accepted origin', async () => {
    await startHost();
    const data = await frameOf(content).evaluate(
      (origin) =>
        new Promise((resolve, reject) =>
          MandateService.createServiceClient({ origin }).auth.getJwtToken(resolve, reject),
        ),
      workspace.origin,
    );
    expect(data).toEqual({ expiration: '2030-01-01T00:20:00.000Z', jwtToken: 'secret-token' });
  });

  test('calls an operation with the origin that the browser reports', async () => {
    await startHost();
    expect(await call(frameOf(content), 'agent.get')).toEqual({
      parameters: [1],
      origin: content.origin,
    });
  });

  test('denies operations that are not granted, and the token if only * is', async () => {
    await startHost({ accepted: `${content.origin} (*, auth.*)` });
    expect(await call(frameOf(content), 'auth.getJwtToken')).toBe('denied');
    await page.reload();
    await startHost({ accepted: '*' });
    expect(await call(frameOf(content), 'auth.getJwtToken')).toBe('denied');
  });

  test('limits the rate', async () => {
    await startHost({ rateLimit: { operations: { 'auth.getJwtToken': 1 } } });
    expect(await call(frameOf(content), 'auth.getJwtToken')).toMatchObject({
      jwtToken: 'secret-token',
    });
    expect(await call(frameOf(content), 'auth.getJwtToken')).toBe('rate_limited');
    expect(await call(frameOf(content), 'agent.get')).toBeTruthy();
  });

  test('sends no reply when the limit is silent, and the frame times out', async () => {
    await startHost({ rateLimit: { perMinute: 1, reply: 'silent' } });
    await call(frameOf(content), 'agent.get');
    expect(await call(frameOf(content), 'agent.get')).toBe('timeout');
    expect((await page.evaluate(() => events)).at(-1)?.outcome).toBe('rate_limited');
  });

  test('replies denied to a hostile frame, and nothing to other windows', async () => {
    await startHost();
    expect(await call(frameOf(evil), 'auth.getJwtToken')).toBe('denied');
    await call(frameOf(content), 'auth.getJwtToken');
    const heard = await frameOf(evil).evaluate(() => received);
    expect(JSON.stringify(heard)).not.toContain('secret-token');
    expect(await page.evaluate(() => events.map(({ outcome }) => outcome))).toEqual([
      'denied',
      'answered',
    ]);
  });

  test('ignores a hostile frame that answers in the name of the host', async () => {
    // No host is listening. The evil frame watches the other one and answers every id it can think of.
    const answer = call(frameOf(content), 'auth.getJwtToken');
    await frameOf(evil).evaluate(() => {
      const target = parent.frames[0] as Window;
      for (let id = 0; id < 100; id++) {
        const data = { jwtToken: 'forged', expiration: '2030-01-01T00:20:00.000Z' };
        target.postMessage({ referenceId: String(id), userAgent: 'WWE Server', data }, '*');
      }
    });
    expect(await answer).toBe('timeout');
  });

  test('sends nothing to a host of another origin than the configured one', async () => {
    await startHost();
    expect(await call(frameOf(content), 'agent.get', evil.origin)).toBe('timeout');
    expect(await page.evaluate(() => events)).toEqual([]);
    const heard = await page.evaluate(() => received);
    expect(heard.filter(({ origin }) => origin === content.origin)).toEqual([]);
  });

  test('denies a sandboxed frame, whose origin is null', async () => {
    await startHost({ accepted: '*' });
    const loaded = page.waitForEvent('framenavigated');
    await page.evaluate((src) => {
      const frame = document.createElement('iframe');
      frame.setAttribute('sandbox', 'allow-scripts');
      frame.src = `${src}/?sandboxed`;
      document.body.append(frame);
    }, content.origin);
    const frame = await loaded;
    await frame.waitForLoadState();
    await frame.evaluate(() => {
      const request = { request: 'agent.get', referenceId: '0', userAgent: 'WWE Client' };
      parent.postMessage({ ...request, protocolVersion: 2 }, '*');
    });
    await page.waitForFunction(() => events.length === 1);
    expect(await page.evaluate(() => events)).toEqual([
      { origin: 'null', operation: 'agent.get', outcome: 'denied' },
    ]);
  });

  test('works between a page and the window that opened it', async () => {
    await startHost();
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      page.evaluate((url) => void open(`${url}/`), content.origin),
    ]);
    await popup.waitForLoadState();
    expect(await call(popup.mainFrame(), 'agent.get')).toMatchObject({ origin: content.origin });
  });
});

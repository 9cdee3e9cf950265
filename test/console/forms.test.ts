import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { mountFetch } from '@mandate/express';
import express from 'express';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { ORIGIN, openConsole } from './open-console.js';

const TOKEN = [
  ['description', 'nightly import'],
  ['permission', 'ANONYMOUS'],
  ['scopes', 'SEARCH'],
] as const;

async function countTokens({ authority }: ReturnType<typeof openConsole>): Promise<number> {
  return (await authority.list({}, { limit: 200 })).items.length;
}

const FORM = 'application/x-www-form-urlencoded';

describe('a form', () => {
  test('is accepted from a page that was shown to an admin', async () => {
    const opened = openConsole();
    const response = await opened.browser.submit('/tokens/new', '/tokens', TOKEN);
    expect(response.status).toBe(201);
    expect(await countTokens(opened)).toBe(1);
  });

  test('is accepted behind a proxy that terminates TLS, and from browsers that send only Origin', async () => {
    const { browser } = openConsole();
    const formToken = await browser.readFormToken('/tokens/new');
    const response = await browser.post('/tokens', [['formToken', formToken], ...TOKEN], {
      origin: 'http://admin.example.com',
      'sec-fetch-site': undefined,
    });
    expect(response.status).toBe(201);
  });

  test.each<[string, Record<string, string | undefined>]>([
    ['of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    [
      'of another site, in an older browser',
      { origin: 'https://evil.example', 'sec-fetch-site': undefined },
    ],
    [
      'of a sub-domain',
      { origin: 'https://blog.admin.example.com', 'sec-fetch-site': 'same-site' },
    ],
    [
      'of a sub-domain, in an older browser',
      { origin: 'https://blog.admin.example.com', 'sec-fetch-site': undefined },
    ],
    ['of the domain above', { origin: 'https://example.com', 'sec-fetch-site': 'same-site' }],
    [
      'of another port',
      { origin: 'https://admin.example.com:8443', 'sec-fetch-site': 'same-site' },
    ],
    ['without an Origin, in an older browser', { origin: undefined, 'sec-fetch-site': undefined }],
    ['of a sandboxed frame', { origin: 'null', 'sec-fetch-site': undefined }],
    ['of nowhere', { 'sec-fetch-site': 'none' }],
  ])('is rejected if it comes from a page %s', async (_name, headers) => {
    const opened = openConsole();
    const { browser, issue, authority } = opened;
    const { token } = await issue();
    const formToken = await browser.readFormToken('/tokens/new');
    const requests = [
      ['/tokens', TOKEN],
      [`/tokens/${token.id}/revoke`, []],
      [`/tokens/${token.id}/rotate`, [['overlapSeconds', '0']]],
    ] as const;
    for (const [path, fields] of requests) {
      const response = await browser.post(path, [['formToken', formToken], ...fields], headers);
      expect(response.status, path).toBe(403);
    }
    expect(await countTokens(opened)).toBe(1);
    expect((await authority.audit(undefined, { limit: 9 })).items).toHaveLength(1);
  });

  test('is rejected before `authorizeAdmin` is called', async () => {
    let asked = 0;
    const { browser } = openConsole({ authorizeAdmin: () => void asked++ });
    await browser.post('/tokens', TOKEN, { 'sec-fetch-site': 'cross-site' });
    expect(asked).toBe(0);
  });

  test.each<[string, Record<string, string | undefined>]>([
    ['under Referrer-Policy: no-referrer', { origin: 'null' }],
    ['that sends no Origin', { origin: undefined }],
    ['behind a proxy that changes Host', { origin: 'https://name.behind.proxy' }],
  ])('is accepted from a page of this origin %s', async (_name, headers) => {
    const { browser } = openConsole();
    const formToken = await browser.readFormToken('/tokens/new');
    const response = await browser.post('/tokens', [['formToken', formToken], ...TOKEN], headers);
    expect(response.status).toBe(201);
  });

  test('is accepted under Referrer-Policy: no-referrer if an origin is configured', async () => {
    const { browser } = openConsole({ origin: ORIGIN });
    const formToken = await browser.readFormToken('/tokens/new');
    const fields = [['formToken', formToken], ...TOKEN] as const;
    const foreign = { origin: 'null', 'sec-fetch-site': 'cross-site' };
    expect((await browser.post('/tokens', fields, foreign)).status).toBe(403);
    const old = { origin: 'null', 'sec-fetch-site': undefined };
    expect((await browser.post('/tokens', fields, old)).status).toBe(403);
    expect((await browser.post('/tokens', fields, { origin: 'null' })).status).toBe(201);
  });

  test('must come from exactly the configured origin', async () => {
    const { browser } = openConsole({ origin: 'https://console.example.com' });
    const formToken = await browser.readFormToken('/tokens/new');
    const send = (origin: string) =>
      browser.post('/tokens', [['formToken', formToken], ...TOKEN], { origin });
    expect((await send(ORIGIN)).status).toBe(403);
    expect((await send('http://console.example.com')).status).toBe(403);
    expect((await send('https://console.example.com')).status).toBe(201);
  });

  test.each(['', 'none', 'a.b.c', '..', '.', '\0'])(
    'is rejected with the form token "%s"',
    async (formToken) => {
      const opened = openConsole();
      const response = await opened.browser.post('/tokens', [['formToken', formToken], ...TOKEN]);
      expect(response.status).toBe(403);
      expect(await response.text()).toContain('This form has expired');
      expect(await countTokens(opened)).toBe(0);
    },
  );

  test('is rejected without a form token', async () => {
    const opened = openConsole();
    expect((await opened.browser.post('/tokens', TOKEN)).status).toBe(403);
    expect(await countTokens(opened)).toBe(0);
  });

  test('is rejected with a form token whose time was changed', async () => {
    const { browser, clock } = openConsole();
    const formToken = await browser.readFormToken('/tokens/new');
    const later = (clock.ms + 1).toString(36) + formToken.slice(formToken.indexOf('.'));
    expect((await browser.post('/tokens', [['formToken', later], ...TOKEN])).status).toBe(403);
  });

  test('is rejected with the form token of another admin', async () => {
    const { browser } = openConsole();
    browser.login = 'admin';
    const formToken = await browser.readFormToken('/tokens/new');
    browser.login = 'super';
    expect((await browser.post('/tokens', [['formToken', formToken], ...TOKEN])).status).toBe(403);
  });

  test('is valid for twelve hours', async () => {
    const { browser, clock } = openConsole();
    const [early, late] = [
      await browser.readFormToken('/tokens/new'),
      await browser.readFormToken('/tokens/new'),
    ];
    clock.pass(12 * 3600 - 1);
    expect((await browser.post('/tokens', [['formToken', early], ...TOKEN])).status).toBe(201);
    clock.pass(1);
    expect((await browser.post('/tokens', [['formToken', late], ...TOKEN])).status).toBe(403);
  });

  test('is applied once, however often and fast it is sent', async () => {
    const opened = openConsole();
    const formToken = await opened.browser.readFormToken('/tokens/new');
    const send = () => opened.browser.post('/tokens', [['formToken', formToken], ...TOKEN]);
    const statuses = (await Promise.all([send(), send(), send()])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 409, 409]);
    const again = await (await send()).text();
    expect(again).toContain('already been submitted');
    expect(again).not.toMatch(/mdt_/);
    expect(await countTokens(opened)).toBe(1);
  });

  test('can be submitted again if it changed nothing', async () => {
    const opened = openConsole();
    const formToken = await opened.browser.readFormToken('/tokens/new');
    const send = (description: string) =>
      opened.browser.post('/tokens', [
        ['formToken', formToken],
        ['description', description],
        ...TOKEN.slice(1),
      ]);
    expect((await send('')).status).toBe(400);
    expect((await send('nightly import')).status).toBe(201);
    expect((await send('nightly import')).status).toBe(409);
  });

  test('is valid in every process that has the key, and after a restart', async () => {
    const formKey = randomBytes(32);
    const formToken = await openConsole({ formKey }).browser.readFormToken('/tokens/new');
    const send = (options: Parameters<typeof openConsole>[0]) =>
      openConsole(options).browser.post('/tokens', [['formToken', formToken], ...TOKEN]);
    expect((await send({ formKey })).status).toBe(201);
    expect((await send({ formKey: randomBytes(32) })).status).toBe(403);
    expect((await send({})).status).toBe(403);
  });

  test('is valid in a process whose clock is behind, and after a clock was set back', async () => {
    const formKey = randomBytes(32);
    const formToken = await openConsole({ formKey }).browser.readFormToken('/tokens/new');
    const { browser, clock } = openConsole({ formKey });
    clock.pass(-5);
    const response = await browser.post('/tokens', [['formToken', formToken], ...TOKEN]);
    expect(response.status).toBe(201);
  });

  test.each(['text/plain', 'application/json', 'multipart/form-data; boundary=x'])(
    'is rejected as %s',
    async (type) => {
      const { browser } = openConsole();
      const response = await browser.post('/tokens', TOKEN, { 'content-type': type });
      expect(response.status).toBe(415);
    },
  );

  test('is rejected if its body is endless', async () => {
    const { browser } = openConsole();
    const response = await browser.post('/tokens', [['description', 'x'.repeat(70_000)]]);
    expect(response.status).toBe(413);
  });

  test('is rejected if its body is endless and cannot be cancelled', async () => {
    const { handler } = openConsole();
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(70_000)),
      cancel: () => new Promise(() => {}),
    });
    const headers = { origin: ORIGIN, cookie: 'super', 'content-type': FORM };
    const init = { method: 'POST', headers, body, duplex: 'half' } as const;
    const response = await handler(new Request(`${ORIGIN}/tokens`, init), {});
    expect(response.status).toBe(413);
  });

  test('is not a fault if its sender disconnects in the middle', async () => {
    const { handler, faults } = openConsole();
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('formToken=')),
      pull: (controller) => controller.error(new Error('aborted')),
    });
    const headers = { origin: ORIGIN, cookie: 'super', 'content-type': FORM };
    const init = { method: 'POST', headers, body, duplex: 'half' } as const;
    const response = await handler(new Request(`${ORIGIN}/tokens`, init), {});
    expect(response.status).toBe(400);
    expect(faults).toEqual([]);
  });

  test('of pages opened at an address other than the configured one is distinguished from a forged one', async () => {
    const { browser } = openConsole({ origin: 'https://console.example.com' });
    const send = async (site: string) =>
      (await browser.post('/tokens', TOKEN, { 'sec-fetch-site': site })).text();
    expect(await send('same-origin')).toContain('may not make changes');
    expect(await send('cross-site')).toContain('Another site sent this');
  });

  test('whose body a parser has already read is reported as such', async () => {
    const { handler, browser } = openConsole();
    const app = express().use(express.urlencoded({ extended: false }));
    const origin = await listen(createServer(app.use(mountFetch(handler))));
    const formToken = await browser.readFormToken('/tokens/new');
    const body = new URLSearchParams({ ...Object.fromEntries(TOKEN), formToken });
    const headers = { origin, cookie: 'super' };
    const response = await fetch(`${origin}/tokens`, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('a body parser read the form before these pages did');
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'TRACE-ME'])('is not sent with %s', async (method) => {
    const { handler } = openConsole();
    const headers = { origin: ORIGIN, cookie: 'super' };
    const response = await handler(new Request(`${ORIGIN}/tokens`, { method, headers }), {});
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
  });
});

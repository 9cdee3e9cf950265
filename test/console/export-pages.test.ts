import { createExports, createMemoryExportStore, type Exports } from '@mandate/exports';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { engagement } from '../exports/support/events.js';
import { startReceiver } from '../exports/support/plain-receiver.js';
import { type Crm, startCrm } from '../support/crm/crm.js';
import { Clock } from '../tokens/issue.js';
import { ORIGIN, openConsole } from './open-console.js';

const CALLBACK = `${ORIGIN}/exports/callback`;

/** A console whose exports go to a CRM. */
async function openExports(callbackUrl = CALLBACK) {
  const crm = await startCrm();
  const clock = new Clock();
  onTestFinished(() => crm.close());
  const service = createExports({
    store: createMemoryExportStore(),
    keys: [new Uint8Array(32).fill(7)],
    callbackUrl,
    allowLoopback: true,
    now: clock.now,
  });
  const opened = openConsole({
    now: clock.now,
    exports: { service, egressAddresses: ['192.0.2.10'] },
  });
  return { ...opened, crm, service };
}

function fill(crm: Crm, changes: Readonly<Record<string, string>> = {}): [string, string][] {
  const fields = {
    preset: 'salesforce',
    name: 'The CRM',
    siteId: 'site-1',
    authorizationEndpoint: crm.authorizationEndpoint,
    tokenEndpoint: crm.tokenEndpoint,
    clientId: crm.clientId,
    clientSecret: crm.clientSecret,
    scopes: 'api refresh_token',
    clientAuthentication: 'client_secret_post',
    'destination.object': 'Engagement__c',
    'destination.externalIdField': 'Engagement_Id__c',
    'destination.fields': 'Type__c = engagement.type\n\nMedium__c=engagement.medium',
    'destination.apiVersion': 'v62.0',
  };
  return Object.entries({ ...fields, ...changes });
}

const NEW = '/exports/new?preset=salesforce';

/** A connection, configured through the pages. */
async function configure({ browser, crm, service }: Awaited<ReturnType<typeof openExports>>) {
  const response = await browser.submit(NEW, '/exports', fill(crm));
  expect(response.status).toBe(303);
  const [connection] = await service.connections.list();
  crm.redirectUris.add(connection?.redirectUri ?? '');
  return connection!;
}

/** Presses the button: the cookie that came along, and the way to the CRM. */
async function authorize({ browser }: Pick<ReturnType<typeof openConsole>, 'browser'>, id: string) {
  const path = `/exports/${id}`;
  const response = await browser.submit(path, `${path}/authorize`, []);
  const url = /<a class="button primary" href="([^"]+)" data-leave/.exec(
    await response.text(),
  )?.[1];
  const cookie = response.headers.get('set-cookie') ?? '';
  return { response, url: new URL(url?.replaceAll('&amp;', '&') ?? 'none:'), cookie };
}

function toText(html: string): string {
  return html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
}

describe('configuring an export', () => {
  test('asks for the system first, and knows the endpoints of Salesforce', async () => {
    const { browser } = await openExports();
    expect(await browser.text('/exports/new')).not.toContain('<form');
    expect(await browser.text(NEW)).toContain('https://login.salesforce.com/services/oauth2/token');
    expect(await browser.text('/exports/new?preset=generic')).not.toContain('salesforce.com');
    expect(await browser.text('/exports/new?preset=other')).not.toContain('<form');
  });

  test('stores the input, and shows it without the secret', async () => {
    const opened = await openExports();
    const { id, ...connection } = await configure(opened);
    expect(connection).toMatchObject({
      name: 'The CRM',
      scopes: ['api', 'refresh_token'],
      status: 'unauthorized',
      destination: { fields: { Type__c: 'engagement.type', Medium__c: 'engagement.medium' } },
    });
    for (const path of ['/exports', `/exports/${id}`, `/exports/${id}/configure`]) {
      const page = await opened.browser.text(path);
      expect(page).toContain('The CRM');
      expect(page).not.toContain(opened.crm.clientSecret);
    }
    expect(toText(await opened.browser.text(`/exports/${id}`))).toContain('192.0.2.10');
  });

  test.each([
    [{ name: '' }, 'name', 'Name: Must not be empty.'],
    [{ clientSecret: '' }, 'clientSecret', 'Client secret: Must be given.'],
    [
      { tokenEndpoint: 'http://example.com' },
      'tokenEndpoint',
      'Access token URL: Must begin with https://.',
    ],
    [{ tokenEndpoint: 'https://10.0.0.1/x' }, 'tokenEndpoint', 'Must not name a private address.'],
    [{ scopes: 'a"b' }, 'scopes', 'Scopes: Must be one scope without spaces.'],
    [{ 'destination.fields': 'Type__c engagement.type' }, 'destination.fields', 'Fields:'],
    [
      { 'destination.fields': 'Type__c =' },
      'destination.fields',
      'Fields: Type__c: Must be names joined by dots',
    ],
    [{ 'destination.apiVersion': '62' }, 'destination.apiVersion', 'Must be a version like v62.0.'],
    [{ clientAuthentication: 'none' }, 'clientAuthentication', 'Client authentication:'],
  ])(
    'with %j shows the problem at the field and keeps all input but the secret',
    async (changes, field, message) => {
      const { browser, crm, service } = await openExports();
      const secret =
        'clientSecret' in changes ? changes : { clientSecret: 'a-secret-that-was-typed' };
      const response = await browser.submit(NEW, '/exports', fill(crm, { ...secret, ...changes }));
      expect(response.status).toBe(400);
      const page = await response.text();
      expect(toText(page).toLowerCase()).toContain(message.toLowerCase());
      expect(page).toContain(`href="#${field}"`);
      expect(page).toContain(`id="${field}-error"`);
      expect(page).toContain('value="site-1"');
      expect(page).not.toContain('a-secret-that-was-typed');
      expect(await service.connections.list()).toEqual([]);
    },
  );

  test('shows the signing secret of a webhook once, and again only when it is rotated', async () => {
    const { browser, crm, service } = await openExports();
    const fields = fill(crm, { preset: 'generic', 'destination.url': crm.hookUrl });
    const response = await browser.submit('/exports/new?preset=generic', '/exports', fields);
    expect(response.status).toBe(201);
    const first = /whsec_[\w+/=]+/.exec(await response.text())?.[0];
    expect(first).toBeDefined();
    const [connection] = await service.connections.list();
    const path = `/exports/${connection!.id}`;
    expect(await browser.text(path)).not.toContain('whsec_');
    const form = `${path}/signing-secret`;
    expect(await browser.text(form)).not.toContain('whsec_');
    const rotated = await browser.submit(form, form, [['overlapSeconds', '3600']]);
    const page = await rotated.text();
    expect(page).toContain('whsec_');
    expect(page).not.toContain(first);
    expect((await browser.submit(form, form, [['overlapSeconds', '7']])).status).toBe(400);
  });

  test('lets the revocation URL follow to another host of Salesforce', async () => {
    const opened = await openExports();
    const { id, revocationEndpoint } = await configure(opened);
    expect(revocationEndpoint).toBe(opened.crm.revocationEndpoint);
    const path = `/exports/${id}/configure`;
    const page = await opened.browser.text(path);
    expect(page).toContain(`name="revocationEndpoint"`);
    expect(page).toContain(`value="${revocationEndpoint}"`);
    const tokenEndpoint = 'https://test.salesforce.com/services/oauth2/token';
    const moved = fill(opened.crm, { tokenEndpoint, revocationEndpoint: '' });
    const withoutSecret = moved.map(
      ([name, value]) => [name, name === 'clientSecret' ? '' : value] as const,
    );
    const rejected = await opened.browser.submit(path, path, withoutSecret);
    expect(await rejected.text()).toContain('id="clientSecret-error"');
    expect((await opened.browser.submit(path, path, moved)).status).toBe(303);
    expect((await opened.service.connections.get(id)).revocationEndpoint).toBe(
      'https://test.salesforce.com/services/oauth2/revoke',
    );
  });

  test.each(['salesforce', 'generic'])(
    'names the client ID and its synonyms: %s',
    async (preset) => {
      const { browser } = await openExports();
      const page = toText(await browser.text(`/exports/new?preset=${preset}`));
      expect(page).toMatch(/ Client ID [^.]*\bcustomer ID\b/);
      expect(page).toMatch(/ Client secret Also called customer secret/);
    },
  );

  test('does not overwrite changes that another administrator made after the form was opened', async () => {
    const { browser, crm, service } = await openExports();
    const changes = { preset: 'generic', 'destination.url': crm.hookUrl };
    await browser.submit('/exports/new?preset=generic', '/exports', fill(crm, changes));
    const [connection] = await service.connections.list();
    const path = `/exports/${connection!.id}/configure`;
    const url = `${crm.hookUrl}/new`;
    const page = await browser.text(path);
    const [formToken, seen = ''] = ['formToken', 'seen'].map(
      (name) => new RegExp(`name="${name}" value="([^"]+)"`).exec(page)?.[1],
    );
    await service.connections.update(connection!.id, { destination: { kind: 'webhook', url } });
    const typed = fill(crm, { ...changes, clientSecret: '', name: 'Renamed & kept' });
    const send = (known: string) =>
      browser.post(path, [['formToken', formToken ?? ''], ['seen', known], ...typed]);
    for (const known of [seen, '']) {
      const response = await send(known);
      expect(response.status).toBe(409);
      const shown = await response.text();
      expect(shown).toContain('Another administrator changed this export');
      expect(shown).toContain('value="Renamed &amp; kept"');
    }
    expect(await service.connections.get(connection!.id)).toMatchObject({
      name: 'The CRM',
      destination: { url },
    });
    expect((await browser.submit(path, path, typed)).status).toBe(303);
  });

  test('keeps the stored secret if none is entered, and replaces it otherwise', async () => {
    const opened = await openExports();
    const { id } = await configure(opened);
    const path = `/exports/${id}/configure`;
    const update = vi.spyOn(opened.service.connections, 'update');
    const kept = await opened.browser.submit(
      path,
      path,
      fill(opened.crm, { name: 'Renamed', clientSecret: '' }),
    );
    expect(kept.status).toBe(303);
    expect(update.mock.lastCall?.[1].clientSecret).toBeUndefined();
    await opened.browser.submit(path, path, fill(opened.crm, { clientSecret: 'another' }));
    expect(update.mock.lastCall?.[1].clientSecret).toBe('another');
    const wrong = await opened.browser.submit(path, path, fill(opened.crm, { siteId: '' }));
    expect(wrong.status).toBe(400);
    expect(await wrong.text()).toContain('id="siteId-error"');
  });
});

describe('authorizing an export', () => {
  test('redirects the browser with a state and a challenge, and recognizes it by a cookie', async () => {
    const opened = await openExports();
    const { id, redirectUri } = await configure(opened);
    const { response, url, cookie } = await authorize(opened, id);
    expect(url.href.startsWith(opened.crm.authorizationEndpoint)).toBe(true);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      redirect_uri: redirectUri,
      code_challenge_method: 'S256',
    });
    expect(cookie).toMatch(
      /^__Host-mandate-login=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(response.headers.get('cross-origin-opener-policy')).toBe('unsafe-none');
    expect(
      (await opened.browser.get(`/exports/${id}`)).headers.get('cross-origin-opener-policy'),
    ).toBe('same-origin-allow-popups');
  });

  test.each([
    [
      'without TLS, where that is allowed',
      'http://127.0.0.1:1/exports/callback',
      /^mandate-login=[\w-]{43}; (?!.*Secure)/,
    ],
    ['behind a proxy that ends TLS', CALLBACK, /^__Host-mandate-login=.*Secure/],
  ])('sets the right cookie %s', async (_name, callbackUrl, expected) => {
    const opened = await openExports(callbackUrl);
    const { id } = await configure(opened);
    expect((await authorize(opened, id)).cookie).toMatch(expected);
  });

  /** The browser comes back, with what it has of cookies. */
  const comeBack = (handler: ReturnType<typeof openConsole>['handler'], url: URL, cookie: string) =>
    handler(new Request(url, { headers: { cookie: cookie.split(';')[0]! } }), {});

  test('is finished by the browser that began it, without an admin session', async () => {
    const opened = await openExports();
    const { id } = await configure(opened);
    const { url, cookie } = await authorize(opened, id);
    const back = await opened.crm.approve(url);
    const response = await comeBack(opened.handler, back, cookie);
    const page = await response.text();
    expect(page).toContain('data-result="authorized"');
    expect(page).not.toContain('The CRM');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect((await opened.service.connections.get(id)).authorizedBy).toBe('root@example.com');
    const again = await comeBack(opened.handler, back, cookie);
    expect(await again.text()).toContain('data-result="state_unknown"');
  });

  test.each([
    ['another browser', '__Host-mandate-login=x'],
    ['no cookie', ''],
  ])('is not finished with %s', async (_name, cookie) => {
    const opened = await openExports();
    const { id } = await configure(opened);
    const { url } = await authorize(opened, id);
    const response = await comeBack(opened.handler, await opened.crm.approve(url), cookie);
    expect(await response.text()).toContain('data-result="session_mismatch"');
    expect((await opened.service.connections.get(id)).authorizedAt).toBeUndefined();
  });

  test('is not used up by a HEAD request or a preview of the link', async () => {
    const opened = await openExports();
    const { id } = await configure(opened);
    const { url, cookie } = await authorize(opened, id);
    const back = await opened.crm.approve(url);
    const headers = { cookie: cookie.split(';')[0]! };
    const looked = await opened.handler(new Request(back, { method: 'HEAD', headers }), {});
    expect(looked.status).toBe(404);
    const response = await comeBack(opened.handler, back, cookie);
    expect(await response.text()).toContain('data-result="authorized"');
  });

  test('of an unknown export is not found, and is not a fault', async () => {
    const { browser, faults } = await openExports();
    browser.login = undefined;
    expect((await browser.get('/exports/callback/none?state=x&code=y')).status).toBe(404);
    expect(faults).toEqual([]);
  });

  test.each(['', '?result=', '?result=__proto__', '?result=<b>', '?result=authorized'])(
    'shows neither an unknown result nor an untrue one: %s',
    async (query) => {
      const opened = await openExports();
      const { id } = await configure(opened);
      const page = await opened.browser.text(`/exports/${id}${query}`);
      expect(page).toMatch(/role="status" tabindex="-1"><\/p>/);
    },
  );

  test('does not report success after the authorization has ended', async () => {
    const opened = await openExports();
    const { id } = await configure(opened);
    const { url, cookie } = await authorize(opened, id);
    await comeBack(opened.handler, await opened.crm.approve(url), cookie);
    const path = `/exports/${id}?result=authorized`;
    expect(await opened.browser.text(path)).toContain('Authorized. Engagements');
    opened.crm.revokeGrants();
    await opened.service.enqueue(engagement('eng-1'));
    await opened.service.worker.runOnce();
    const page = await opened.browser.text(path);
    expect(page).toContain('The authorization has expired or was revoked');
    expect(page).not.toContain('Authorized. Engagements');
  });

  test.each([
    ['closed', 'quiet', 'The log-in was not completed. Nothing was changed.'],
    ['denied', 'quiet', 'The log-in was cancelled, or access was declined in the other system.'],
    ['client_rejected', 'bad', 'The other system rejects the client ID or the client secret.'],
  ])('shows the result %s in the colour %s', async (result, colour, text) => {
    const opened = await openExports();
    const { id } = await configure(opened);
    const page = await opened.browser.text(`/exports/${id}?result=${result}`);
    expect(page).toContain(`class="result ${colour}"`);
    expect(page).toContain(text);
  });

  test('can be pressed again from the same page', async () => {
    const opened = await openExports();
    const { id } = await configure(opened);
    const formToken = await opened.browser.readFormToken(`/exports/${id}`);
    for (let i = 0; i < 2; i++) {
      const sent = await opened.browser.post(`/exports/${id}/authorize`, [
        ['formToken', formToken],
      ]);
      expect(sent.status).toBe(200);
    }
  });

  test('can be pressed again before there is an answer', async () => {
    const opened = await openExports();
    const { id } = await configure(opened);
    const formToken = await opened.browser.readFormToken(`/exports/${id}`);
    const press = () => opened.browser.post(`/exports/${id}/authorize`, [['formToken', formToken]]);
    const [first, second] = await Promise.all([press(), press()]);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(await second.text()).toContain('data-leave');
  });

  test('states that a disabled export queues no engagements', async () => {
    const opened = await openExports();
    const { id } = await configure(opened);
    const { browser, service } = opened;
    const notice = 'New engagements are not queued for this export.';
    expect(toText(await browser.text(`/exports/${id}`))).not.toContain(notice);
    expect(await browser.text(`/exports/${id}/disable`)).toContain('Disable this export?');
    const disabled = await browser.submit(`/exports/${id}/disable`, `/exports/${id}/disable`, []);
    expect(disabled.status).toBe(303);
    expect(toText(await browser.text(`/exports/${id}`))).toContain(notice);
    await service.connections.enable(id);
    expect(toText(await browser.text(`/exports/${id}`))).not.toContain(notice);
  });

  test('of a disabled export promises no deliveries', async () => {
    const opened = await openExports();
    const { id } = await configure(opened);
    await opened.service.connections.disable(id);
    const { url, cookie } = await authorize(opened, id);
    const back = await comeBack(opened.handler, await opened.crm.approve(url), cookie);
    const page = await opened.browser.text(`/exports/${id}?result=authorized`);
    for (const text of [await back.text(), page]) {
      expect(text).toContain('Authorized. The export is disabled, so nothing is delivered');
      expect(text).not.toContain('from now on');
    }
  });
});

describe('disconnecting an export', () => {
  test.each([
    ['salesforce', /revoked in the other system/, /also remove its access/],
    ['generic', /also remove its access in the other system/, /revoked in the/],
  ])('states what happens to the tokens: %s', async (preset, stated, unstated) => {
    const { browser, crm, service } = await openExports();
    const changes = { preset, 'destination.url': crm.hookUrl };
    await browser.submit(`/exports/new?preset=${preset}`, '/exports', fill(crm, changes));
    const [connection] = await service.connections.list();
    const page = toText(await browser.text(`/exports/${connection!.id}/disconnect`));
    expect(page).toMatch(stated);
    expect(page).not.toMatch(unstated);
  });
});

describe('the delivery log', () => {
  async function deliver() {
    const opened = await openExports();
    const { id } = await configure(opened);
    const { url, cookie } = await authorize(opened, id);
    const back = await opened.crm.approve(url);
    await opened.handler(new Request(back, { headers: { cookie: cookie.split(';')[0]! } }), {});
    opened.crm.ambiguous.add('eng-2');
    for (const name of ['eng-1', 'eng-2']) await opened.service.enqueue(engagement(name));
    await opened.service.worker.runOnce();
    await opened.service.enqueue(engagement('eng-3'));
    return { ...opened, id, log: `/exports/${id}/deliveries` };
  }

  test('shows the outcome of each event, and none of its content', async () => {
    const { browser, log } = await deliver();
    const page = await browser.text(log);
    expect(toText(page)).toMatch(/Engagement ended eng-3 Pending .* 0 None Waiting/);
    expect(toText(page)).toMatch(
      /Engagement ended eng-2 Dead letter .* 1 Several records have this external ID HTTP 300 Replay/,
    );
    expect(toText(page)).toMatch(
      /Engagement ended eng-1 Delivered .* 1 Accepted HTTP 201 Delivered/,
    );
    expect(page).not.toContain('john@example.com');
  });

  test.each([
    ['?status=dead', ['eng-2']],
    ['?status=pending', ['eng-3']],
    ['?engagementId=eng-1', ['eng-1']],
    ['?status=lost', ['eng-1', 'eng-2', 'eng-3']],
    ['?engagementId=none', []],
  ])('is filtered by %s', async (query, expected) => {
    const { browser, log } = await deliver();
    const rows = /<tbody.*<\/tbody>/s.exec(await browser.text(log + query))?.[0] ?? '';
    expect(['eng-1', 'eng-2', 'eng-3'].filter((one) => rows.includes(one))).toEqual(expected);
  });

  test('finds an engagement with the longest possible id', async () => {
    const { browser, log, service } = await deliver();
    const id = 'e'.repeat(255);
    await service.enqueue(engagement(id));
    expect(await browser.text(`${log}?engagementId=${id}`)).toContain(`>${id}</code>`);
  });

  test('replays dead letters only', async () => {
    const { browser, service, log, id } = await deliver();
    const { items } = await service.listDeliveries({ connectionId: id }, { limit: 9 });
    const [, dead, delivered] = items;
    const replay = (delivery: string) => browser.submit(NEW, `${log}/${delivery}/replay`, []);
    expect((await replay(dead!.id)).status).toBe(303);
    expect((await replay(delivered!.id)).status).toBe(409);
    expect((await replay('none')).status).toBe(404);
  });
});

describe('the callback URL', () => {
  test('is known before ID and secret, where the system is', async () => {
    const { browser } = await openExports();
    for (const preset of ['salesforce', 'hubspot']) {
      const page = await browser.text(`/exports/new?preset=${preset}`);
      expect(page.indexOf('id="redirect-uri"')).toBeGreaterThan(0);
      expect(page.indexOf('id="redirect-uri"')).toBeLessThan(page.indexOf('id="clientId"'));
    }
  });

  test('of another system is shown once its URLs are entered, and nothing is stored', async () => {
    const { browser, crm, service } = await openExports();
    const path = '/exports/new?preset=generic';
    expect(await browser.text(path)).not.toContain('id="redirect-uri"');
    const fields = fill(crm, { preset: 'generic', show: 'callback', clientSecret: 'typed' });
    const shown = await browser.submit(path, '/exports', fields);
    expect(shown.status).toBe(200);
    const { authorizationEndpoint, tokenEndpoint } = crm;
    const server = { preset: 'generic', authorizationEndpoint, tokenEndpoint } as const;
    const page = await shown.text();
    expect(page).toContain(`>${service.connections.toRedirectUri(server)}</code>`);
    expect(page).not.toContain('typed');
    const missing = [...fields, ['authorizationEndpoint', '']].filter(
      ([name]) => name !== 'tokenEndpoint',
    ) as [string, string][];
    expect((await browser.submit(path, '/exports', missing)).status).toBe(400);
    expect(await service.connections.list()).toEqual([]);
  });
});

describe('dead letters', () => {
  async function die() {
    const opened = await openExports();
    const { id } = await configure(opened);
    const { url, cookie } = await authorize(opened, id);
    const back = await opened.crm.approve(url);
    await opened.handler(new Request(back, { headers: { cookie: cookie.split(';')[0]! } }), {});
    for (const name of ['eng-1', 'eng-2', 'eng-3']) opened.crm.ambiguous.add(name);
    for (const name of ['eng-1', 'eng-2', 'eng-3', 'eng-4']) {
      await opened.service.enqueue(engagement(name));
    }
    await opened.service.worker.runOnce();
    return { ...opened, id, path: `/exports/${id}` };
  }

  test('and deliveries are shown in numbers, with a chart and its text', async () => {
    const { browser, path } = await die();
    const page = await browser.text(path);
    expect(toText(page)).toContain('Delivered in 24 hours 1 Waiting 0 Dead letters 3');
    expect(page).toContain('aria-label="Within 24 hours: 1 delivered, 3 dead"');
    expect(page).toMatch(/<rect class="dead"[^>]*height="72"/);
    expect(page).not.toContain('style=');
  });

  test.each([
    [{}, 3, '3 dead letters are sent again.'],
    [{ failure: 'ambiguous', exportType: 'engagement' }, 3, '3 dead letters are sent again.'],
    [{ failure: 'forbidden' }, 0, 'No dead letter met the conditions.'],
    [{ exportType: 'engagement_start' }, 0, 'No dead letter met the conditions.'],
    [{ createdFrom: '2026-01-02T03:00' }, 3, '3 dead letters are sent again.'],
    [{ createdBefore: '2026-01-02T03:00' }, 0, 'No dead letter met the conditions.'],
  ])('are replayed by %j', async (conditions, count, text) => {
    const { browser, service, path, id } = await die();
    const form = Object.entries(conditions);
    const response = await browser.submit(`${path}/replay`, `${path}/replay`, form);
    expect(response.status).toBe(303);
    expect((await service.countDeliveries(id)).waiting).toBe(count);
    const to = new URL(response.headers.get('location')!, `${ORIGIN}${path}/replay`);
    expect(await browser.text(to.pathname + to.search)).toContain(text);
    const foreign = await browser.get(to.pathname + to.search, { 'sec-fetch-site': 'cross-site' });
    expect(await foreign.text()).not.toContain(text);
  });

  test.each([
    [{ failure: 'all' }, 'failure'],
    [{ exportType: 'toString' }, 'exportType'],
    [{ createdFrom: 'yesterday' }, 'createdFrom'],
    [{ createdBefore: '2026-13-01T00:00' }, 'createdBefore'],
  ])('stay dead if the conditions are invalid: %j', async (conditions, field) => {
    const { browser, service, path, id } = await die();
    const form = Object.entries(conditions);
    const response = await browser.submit(`${path}/replay`, `${path}/replay`, form);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`id="${field}-error"`);
    expect((await service.countDeliveries(id)).dead).toBe(3);
  });

  test('can follow a test event, which shows why the receiver does not accept it', async () => {
    const { browser, path, crm, service } = await die();
    crm.revokeGrants();
    const rejected = toText(await (await browser.submit(path, `${path}/test`, [])).text());
    expect(rejected).toContain('Not accepted');
    await service.connections.disable(path.slice('/exports/'.length));
    expect(await browser.text(path)).not.toContain('Send test event');
  });
});

describe('an export without a log-in', () => {
  const PLAIN = '/exports/new?preset=generic&grantType=none';

  async function add(changes: Readonly<Record<string, string>> = {}) {
    const opened = await openExports();
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    const fields = {
      ...{ preset: 'generic', grantType: 'none', name: 'Archive', siteId: 'site-1' },
      ...{ 'destination.url': receiver.url, exportTypes: 'engagement' },
      ...{ 'header.name': 'Authorization', 'header.value': 'Basic secret-of-archive', ...changes },
    };
    const response = await opened.browser.submit(PLAIN, '/exports', Object.entries(fields));
    const [connection] = await opened.service.connections.list();
    return { ...opened, response, connection, receiver };
  }

  test('is a webhook with a header that is never shown', async () => {
    const { browser, response, connection, service, receiver } = await add();
    expect(response.status).toBe(201);
    expect(await response.text()).toContain('whsec_');
    expect(connection).toMatchObject({ status: 'active', grantType: 'none' });
    expect(connection).toMatchObject({ headerName: 'Authorization', exportTypes: ['engagement'] });
    const path = `/exports/${connection!.id}`;
    const page = toText(await browser.text(path));
    expect(page).toContain('Events Engagement ended');
    expect(page).not.toMatch(/Authorize export|Callback URL|Disconnect|Configure OAuth/);
    expect(await browser.text(`${path}/configure`)).not.toContain('secret-of-archive');
    const tested = await browser.submit(path, `${path}/test`, []);
    expect(toText(await tested.text())).toMatch(/Accepted .* HTTP 204/);
    expect(receiver.headers).toMatchObject([{ authorization: 'Basic secret-of-archive' }]);
    const kept = [
      ['name', 'Archive 2'],
      ['siteId', 'site-1'],
      ['destination.url', (connection!.destination as { url: string }).url],
    ] as const;
    const saved = await browser.submit(`${path}/configure`, `${path}/configure`, [
      ...kept,
      ['header.name', 'Authorization'],
      ['header.value', ''],
    ]);
    expect(saved.status).toBe(303);
    const changed = { name: 'Archive 2', headerName: 'Authorization', exportTypes: undefined };
    expect(await service.connections.get(connection!.id)).toMatchObject(changed);
    await browser.submit(`${path}/configure`, `${path}/configure`, kept);
    expect((await service.connections.get(connection!.id)).headerName).toBeUndefined();
  });

  test.each([
    [{ 'header.name': 'Host' }, 'header.name'],
    [{ 'header.value': '' }, 'header.value'],
    [{ exportTypes: 'all' }, 'exportTypes'],
  ])('shows a problem at its field: %j', async (changes, field) => {
    const { response, connection } = await add(changes);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`id="${field}-error"`);
    expect(connection).toBeUndefined();
  });

  test('uses client credentials', async () => {
    const { browser, crm, service } = await openExports();
    const form = fill(crm, {
      ...{ preset: 'generic', grantType: 'client_credentials' },
      'destination.url': crm.hookUrl,
      clientAuthentication: 'client_secret_basic',
    });
    const path = '/exports/new?preset=generic&grantType=client_credentials';
    expect(await browser.text(path)).not.toContain('Authorization URL');
    expect((await browser.submit(path, '/exports', form)).status).toBe(201);
    const [connection] = await service.connections.list();
    expect(connection).toMatchObject({ grantType: 'client_credentials', status: 'active' });
    expect(await browser.text('/exports')).toContain('No log-in needed');
  });
});

describe('exports', () => {
  test('are shown to administrators only', async () => {
    const opened = await openExports();
    const { id } = await configure(opened);
    for (const [login, status] of [
      [undefined, 401],
      ['stranger', 403],
    ] as const) {
      opened.browser.login = login;
      for (const path of [
        '',
        '/new',
        `/${id}`,
        `/${id}/configure`,
        `/${id}/deliveries`,
        `/${id}/disconnect`,
        `/${id}/disable`,
        `/${id}/replay`,
      ]) {
        const response = await opened.browser.get(`/exports${path}`);
        expect(response.status).toBe(status);
        expect(await response.text()).not.toMatch(/The CRM|formToken/);
      }
    }
  });

  test.each([
    '/authorize',
    '/configure',
    '/disconnect',
    '/disable',
    '/enable',
    '/signing-secret',
    '/deliveries/x/replay',
    '/replay',
    '/test',
  ])('are not changed by a forged form: %s', async (action) => {
    const opened = await openExports();
    const { id } = await configure(opened);
    const before = JSON.stringify(await opened.service.connections.get(id));
    const send = (headers: Record<string, string | undefined>, formToken: string) =>
      opened.browser.post(`/exports/${id}${action}`, [['formToken', formToken]], headers);
    const good = await opened.browser.readFormToken(`/exports/${id}`);
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': undefined };
    expect((await send(foreign, good)).status).toBe(403);
    expect((await send({ 'sec-fetch-site': 'cross-site' }, good)).status).toBe(403);
    expect((await send({ origin: undefined, 'sec-fetch-site': undefined }, good)).status).toBe(403);
    expect((await send({}, 'forged')).status).toBe(403);
    expect(JSON.stringify(await opened.service.connections.get(id))).toBe(before);
  });

  test('that do not exist are not found', async () => {
    const { browser, faults } = await openExports();
    const pages = ['', '/configure', '/deliveries', '/disconnect', '/signing-secret', '/disable'];
    for (const path of [...pages, '/replay']) {
      expect((await browser.get(`/exports/none${path}`)).status).toBe(404);
    }
    expect(faults).toEqual([]);
  });

  test('are shown only if they are configured, and may be the only pages', async () => {
    expect(await openConsole().browser.text('/tokens')).not.toContain('Exports');
    expect((await openConsole().browser.get('/exports')).status).toBe(404);
    const { service } = await openExports();
    const { browser } = openConsole({ tokens: undefined, exports: { service } });
    expect((await browser.get('/tokens')).status).toBe(404);
    expect((await browser.get('/')).headers.get('location')).toBe('/exports');
    expect(await browser.text('/exports')).toContain('No exports yet');
  });

  test('require a service', () => {
    expect(() => openConsole({ exports: { service: {} as Exports } })).toThrow(/exports.service/);
  });
});

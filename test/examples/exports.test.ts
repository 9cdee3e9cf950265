import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExports, createMemoryExportStore, type ExportEvent } from '@mandate/exports';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectCrm, createApp } from '../../examples/exports/src/main.js';
import { createStandInCrm } from '../../examples/exports/src/stand-in-crm.js';
import { listen } from '../support/listen.js';
import { findFreePort } from './find-free-port.js';
import { runExample } from './run-example.js';

/** What a person's browser does: goes to the log-in, clicks, comes back. @returns the page it ends at. */
async function logIn(
  url: string,
  decision: 'allow' | 'deny' = 'allow',
  toCookie = (cookie: string): string => cookie,
): Promise<string> {
  const start = await fetch(`${url}/authorize`, { redirect: 'manual' });
  const cookie = toCookie(start.headers.get('set-cookie')?.split(';')[0] ?? '');
  const page = start.headers.get('location') ?? '';
  expect(await (await fetch(page)).text()).toContain('Allow');
  const body = new URLSearchParams({ decision });
  const decided = await fetch(page, { method: 'POST', body, redirect: 'manual' });
  const back = await fetch(decided.headers.get('location') ?? '', { headers: { cookie } });
  return (await back.text()).trim();
}

const complete = async (url: string): Promise<string> => {
  const response = await fetch(`${url}/engagements`, { method: 'POST' });
  expect(response.status).toBe(202);
  return ((await response.json()) as { readonly id: string }).id;
};

/** The example with its stand-in, in this process and in memory. */
async function serveExample() {
  const crm = createStandInCrm();
  const crmUrl = await listen(crm.app);
  const server: Server = createServer();
  const url = await listen(server);
  const events: ExportEvent[] = [];
  const crmExports = createExports({
    store: createMemoryExportStore(),
    keys: [new Uint8Array(32)],
    callbackUrl: `${url}/exports/callback`,
    allowLoopback: true,
    onEvent: (event) => events.push(event),
  });
  const connectionId = await connectCrm(crmExports, crm, crmUrl);
  server.on('request', createApp(crmExports, connectionId));
  return { crm, crmUrl, url, events, crmExports, connectionId };
}

describe('examples/exports', () => {
  test('delivers engagements once a person has logged in, and none before', async () => {
    const { crm, crmUrl, url, crmExports } = await serveExample();
    await complete(url);
    expect(await logIn(url)).toBe('authorized');
    const id = await complete(url);
    expect(await crmExports.worker.runOnce()).toBe(1);
    expect([...crm.records]).toMatchObject([
      [id, { Type__c: 'reactive', Source__c: 'chat_embed' }],
    ]);
    expect(await (await fetch(crmUrl)).text()).toContain(id);
  });

  test('renews a session that ended', async () => {
    const { crm, url, crmExports, events } = await serveExample();
    await logIn(url);
    crm.endSessions();
    await complete(url);
    await crmExports.worker.runOnce();
    expect(crm.records.size).toBe(1);
    expect(events.map(({ type }) => type)).toEqual(['delivered']);
  });

  test('reports a person who declines, or who returns in another browser', async () => {
    const { url, crmExports, connectionId } = await serveExample();
    expect(await logIn(url, 'deny')).toBe('denied');
    expect(await logIn(url, 'allow', () => 'export-login=somebody-else-somewhere')).toBe(
      'session_mismatch',
    );
    expect((await crmExports.connections.get(connectionId)).authorizedAt).toBeUndefined();
  });

  test('its stand-in redirects to registered addresses only, and escapes what it shows', async () => {
    const { crm, crmUrl, crmExports, connectionId, url } = await serveExample();
    const authorize = await crmExports.connections.authorize(connectionId, 's'.repeat(20), 'me');
    authorize.searchParams.set('redirect_uri', 'https://evil.example.com/');
    for (const method of ['GET', 'POST']) {
      const rejected = await fetch(authorize, { method, redirect: 'manual' });
      expect(rejected.status).toBe(400);
    }
    await logIn(url);
    await crmExports.connections.get(connectionId);
    (crm.records as Map<string, object>).set('<script>', {});
    expect(await (await fetch(crmUrl)).text()).not.toContain('<script>');
  });
});

describe('examples/exports, run from a shell', () => {
  test('keeps completed work in its files, which only their owner can read', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'mandate-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const env = {
      EXPORTS_FILE: join(directory, 'exports.db'),
      KEY_FILE: join(directory, 'exports.key'),
      PORT: String(await findFreePort()),
      CRM_PORT: String(await findFreePort()),
    };
    const url = `http://127.0.0.1:${env.PORT}`;
    const first = runExample('exports', [], env);
    await expect.poll(() => first.output()).toContain('See the engagement in the CRM');
    for (const file of [env.EXPORTS_FILE, env.KEY_FILE]) {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
    expect(await logIn(url), first.output()).toBe('authorized');
    const id = await complete(url);
    await expect.poll(() => first.output()).toContain("type: 'delivered'");
    expect(await (await fetch(`http://127.0.0.1:${env.CRM_PORT}/`)).text()).toContain(id);
    first.process.kill('SIGTERM');
    expect(await first.exit).toBe(0);
  });

  test.each(['PORT', 'CRM_PORT'])('stops if another program listens on %s', async (name) => {
    const directory = await mkdtemp(join(tmpdir(), 'mandate-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const taken = new URL(await listen(createServer())).port;
    const example = runExample('exports', [], {
      EXPORTS_FILE: join(directory, 'exports.db'),
      KEY_FILE: join(directory, 'exports.key'),
      PORT: String(await findFreePort()),
      CRM_PORT: String(await findFreePort()),
      [name]: taken,
    });
    expect(await example.exit).toBe(1);
    expect(example.output()).toContain('EADDRINUSE');
    expect(example.output()).not.toContain('authorize the export');
  });
});

describe('the stand-in CRM', () => {
  test.each(['token', 'authorize'])('has no fault at %s if there is no form', async (endpoint) => {
    const { crmUrl, connectionId, url } = await serveExample();
    const redirect = encodeURIComponent(`${url}/exports/callback/${connectionId}`);
    const target = `${crmUrl}/services/oauth2/${endpoint}?redirect_uri=${redirect}`;
    const response = await fetch(target, { method: 'POST', redirect: 'manual' });
    expect(response.status).toBeLessThan(500);
  });
});

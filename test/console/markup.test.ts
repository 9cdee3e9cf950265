import { createExports, createMemoryExportStore } from '@mandate/exports';
import { expect, test } from 'vitest';
import { engagement } from '../exports/support/events.js';
import { ORIGIN, openConsole } from './open-console.js';

/** Ends an attribute, a text or a comment, and begins an element of its own. */
const HOSTILE = `"'--></title></textarea><script>x()</script><img src=x onerror=x()>`;
const QUERY = encodeURIComponent(HOSTILE);

/** Everything that a person or another system can say, said with hostile intent. */
const FIELDS = {
  preset: 'generic',
  name: HOSTILE,
  siteId: HOSTILE,
  authorizationEndpoint: `https://crm.example.com/authorize?a=${HOSTILE.replaceAll(' ', '/')}`,
  tokenEndpoint: `https://crm.example.com/token?'"><b>`,
  clientId: HOSTILE,
  clientSecret: 'a-secret',
  scopes: '<script>x()</script>',
  clientAuthentication: 'client_secret_post',
  'destination.url': `https://crm.example.com/hook?'"><b>`,
};

test('every page escapes what it shows', async () => {
  const store = createMemoryExportStore();
  const service = createExports({
    store,
    keys: [new Uint8Array(32).fill(7)],
    callbackUrl: `${ORIGIN}/exports/callback`,
  });
  const { browser, issue } = openConsole({
    authorizeAdmin: () => ({ subject: HOSTILE, isSuperAdmin: true }),
    name: HOSTILE,
    exports: { service, egressAddresses: [HOSTILE] },
  });
  const pages = new Map<string, string>();
  const submit = async (path: string, to: string, fields: object) => {
    const response = await browser.submit(path, to, Object.entries(fields));
    pages.set(`POST ${to} ${response.status}`, await response.text());
    return response.status;
  };
  const form = '/exports/new?preset=generic';
  expect(await submit(form, '/exports', FIELDS)).toBe(201);
  const rejected = { 'destination.url': HOSTILE, issuer: HOSTILE, clientAuthentication: HOSTILE };
  expect(await submit(form, '/exports', { ...FIELDS, ...rejected, name: `${HOSTILE}\0` })).toBe(
    400,
  );
  const salesforce = {
    'destination.object': HOSTILE,
    'destination.fields': `${HOSTILE} = ${HOSTILE}`,
  };
  expect(
    await submit('/exports/new?preset=salesforce', '/exports', {
      ...{ ...FIELDS, ...salesforce, preset: 'salesforce' },
    }),
  ).toBe(400);

  const [connection] = await service.connections.list();
  const path = `/exports/${connection!.id}`;
  expect(await submit(path, `${path}/authorize`, {})).toBe(200);
  const stored = await store.getConnection(connection!.id);
  await store.replaceConnection({
    ...stored!,
    ...{ version: stored!.version + 1, status: 'active', authorizedAtMs: 1, authorizedBy: HOSTILE },
  });
  await service.enqueue(engagement(HOSTILE, { site_id: HOSTILE, site: { id: HOSTILE } }));
  const { token } = await issue({ description: HOSTILE });
  for (const address of [
    ...['/exports', path, `${path}?result=${QUERY}`, `${path}/configure`, `${path}/disconnect`],
    ...[`${path}/deliveries?engagementId=${QUERY}`, `${path}/deliveries?cursor=${QUERY}`],
    ...[`${path}/signing-secret`, `/exports/new?preset=${QUERY}`, `/exports/${QUERY}`],
    `/exports/callback/${connection!.id}?state=${QUERY}&error=${QUERY}&iss=${QUERY}`,
    ...['/tokens', `/tokens?description=${QUERY}&user=${QUERY}`, `/tokens/${token.id}`],
  ]) {
    pages.set(address, await browser.text(address));
  }
  let count = 0;
  for (const [page, html] of pages) {
    count += html.split('&lt;script&gt;x()').length - 1;
    // The one script is the console's own.
    expect({ page, scripts: html.match(/<script/g) }).toEqual({ page, scripts: ['<script'] });
    expect({ page, found: html.match(/<img|<b>|-->|\sonerror=x\(\)>/) }).toEqual({
      page,
      found: null,
    });
  }
  expect(count).toBeGreaterThan(40);
});

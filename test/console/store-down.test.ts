import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createExports, createMemoryExportStore } from '@mandate/exports';
import { expect, test, vi } from 'vitest';
import { ORIGIN, openConsole } from './open-console.js';

const SOURCES = join(import.meta.dirname, '../../packages/console/src');
const OUTAGE = new Error('connect ECONNREFUSED 10.0.0.1:5432');

/** The routes of the sources: `['get', '/tokens/${TOKEN_ID}/rotate']`. */
function findRoutes(): readonly (readonly [method: string, path: string])[] {
  const names = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' });
  const route = /\bapp\.(get|post)\(\s*['"`]([^'"`]+)['"`]/g;
  return names
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((name) => [...readFileSync(join(SOURCES, name), 'utf8').matchAll(route)])
    .map(([, method = '', path = '']) => [method, path] as const);
}

/** What answers without a store: forms, files and redirects. */
const WITHOUT_STORE: Readonly<Record<string, number>> = {
  'get /': 303,
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: routes as the sources write them
  'get /assets/${name}': 200,
  'get /tokens/new': 200,
  'post /tokens/new': 200,
  'get /tokens/find-secret': 200,
  'get /tokens/revoke': 303,
  'get /exports/new': 200,
  'get /exports/${CONNECTION_ID}/test': 303,
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: routes as the sources write them
};

/** Lets every method of a store fail, as a database that is down does. */
function breakStore<T extends object>(store: T): T {
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(store)).concat(
    Object.keys(store),
  )) {
    const member: unknown = Reflect.get(store, name);
    if (name === 'constructor' || typeof member !== 'function') continue;
    vi.spyOn(store, name as never).mockRejectedValue(OUTAGE as never);
  }
  return store;
}

async function openBroken() {
  const exportStore = createMemoryExportStore();
  const service = createExports({
    store: exportStore,
    keys: [new Uint8Array(32).fill(7)],
    callbackUrl: `${ORIGIN}/exports/callback`,
  });
  const opened = openConsole({ exports: { service } });
  const { connection } = await service.connections.create({
    ...({ preset: 'generic', grantType: 'none', name: 'Archive', siteId: 'site-1' } as const),
    destination: { kind: 'webhook', url: 'https://example.com/hook' },
  });
  const { token, secret } = await opened.issue();
  const formToken = await opened.browser.readFormToken('/tokens/new');
  breakStore(exportStore);
  breakStore(opened.store);
  const values: Readonly<Record<string, string>> = {
    ...{ TOKEN_ID: token.id, CONNECTION_ID: connection.id, action: 'disable', name: 'icon.svg' },
  };
  const toPath = (path: string) =>
    path
      .replaceAll(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? 'unknown')
      .replace(/:delivery\{.*\}(?=\/)/, 'delivery-1')
      // The state of a log-in names its connection.
      .replace(/^\/exports\/callback\/.*/, `$&?state=${'x'.repeat(43)}.${connection.id}`);
  const fields = [
    ...[
      ['formToken', formToken],
      ['secret', secret],
      ['ids', token.id],
      ['overlapSeconds', '0'],
    ],
    ...[
      ['description', 'x'],
      ['permission', 'ANONYMOUS'],
      ['scopes', 'SEARCH'],
      ['name', 'x'],
    ],
    ...[
      ['preset', 'generic'],
      ['grantType', 'none'],
      ['siteId', 'x'],
      ['confirmed', 'yes'],
    ],
    ['destination.url', 'https://example.com/hook'],
  ] as [string, string][];
  return { ...opened, toPath, fields };
}

const ROUTES = findRoutes();

test('the routes of the sources are found', () => {
  expect(ROUTES.length).toBeGreaterThan(35);
  const known = new Set(ROUTES.map(([method, path]) => `${method} ${path}`));
  for (const route of Object.keys(WITHOUT_STORE)) expect(known).toContain(route);
});

test.each(ROUTES)('answers with a plain page while the store is down: %s %s', async (...route) => {
  const [method, path] = route;
  const { browser, faults, toPath, fields } = await openBroken();
  const address = toPath(path);
  expect(address).not.toMatch(/[${]|unknown/);
  const response =
    method === 'get' ? await browser.get(address) : await browser.post(address, fields);
  const expected = WITHOUT_STORE[`${method} ${path}`];
  expect(response.status).toBe(expected ?? 503);
  if (expected !== undefined) return;
  const page = await response.text();
  expect(page).toContain('<h1>Not available</h1>');
  expect(page).toContain('assets/console.css');
  expect(page).not.toMatch(/10\.0\.0\.1|ECONNREFUSED|\bat \w+ \(/);
  expect(page.includes('Check whether the change was made')).toBe(method === 'post');
  expect(faults).toContain(OUTAGE);
});

import { createExports, createMemoryExportStore, type NewConnection } from '@mandate/exports';
import { describe, expect, test } from 'vitest';
import { ORIGIN, openConsole } from './open-console.js';
import { readFields } from './read-fields.js';

const CLIENT = { clientId: 'client', clientSecret: 'a-secret-that-stays' } as const;
const WEBHOOK = { kind: 'webhook', url: 'https://example.com/hook?a=1&b=2' } as const;
const SALESFORCE = {
  kind: 'salesforce',
  ...{ object: 'Engagement__c', externalIdField: 'Engagement_Id__c', apiVersion: 'v62.0' },
  fields: { Type__c: 'engagement.type', Ended_At__c: 'engagement.ended_at' },
} as const;
const ENDPOINTS = {
  authorizationEndpoint: 'https://id.example.com/authorize',
  tokenEndpoint: 'https://id.example.com/token',
} as const;

/** One connection of each kind that the service can store. */
const CONNECTIONS: Readonly<Record<string, Omit<NewConnection, 'name' | 'siteId'>>> = {
  'a log-in with every setting': {
    ...{ ...ENDPOINTS, ...CLIENT, destination: WEBHOOK },
    ...({ preset: 'generic', clientAuthentication: 'client_secret_basic_raw' } as const),
    revocationEndpoint: 'https://id.example.com/revoke',
    issuer: 'https://id.example.com',
    scopes: ['events.write', 'offline_access'],
    reauthorizationErrors: ['session gone', 'relogin_needed'],
    pkce: false,
    exportTypes: ['engagement', 'engagement_transfer'],
  },
  'a log-in with no more than is needed': {
    ...{ ...ENDPOINTS, ...CLIENT, destination: WEBHOOK, preset: 'generic' },
  },
  'a log-in at Salesforce': {
    ...CLIENT,
    ...{ preset: 'salesforce', destination: SALESFORCE },
    authorizationEndpoint: 'https://login.salesforce.com/services/oauth2/authorize',
    tokenEndpoint: 'https://login.salesforce.com/services/oauth2/token',
  },
  ...Object.fromEntries(
    (['hubspot', 'zoho', 'slack', 'google', 'microsoft'] as const).map((preset) => [
      `a log-in at ${preset}`,
      { ...CLIENT, preset, destination: WEBHOOK },
    ]),
  ),
  'client credentials': {
    ...{ ...CLIENT, destination: WEBHOOK, tokenEndpoint: ENDPOINTS.tokenEndpoint },
    ...({ preset: 'generic', grantType: 'client_credentials' } as const),
    ...{ scopes: ['events.write'], reauthorizationErrors: ['client_locked'] },
    clientAuthentication: 'client_secret_basic_raw',
  },
  'client credentials of Salesforce': {
    ...{ ...CLIENT, destination: SALESFORCE },
    ...({ preset: 'salesforce', grantType: 'client_credentials' } as const),
    tokenEndpoint: 'https://acme.my.salesforce.com/services/oauth2/token',
  },
  'client credentials of Microsoft': {
    ...{ ...CLIENT, destination: WEBHOOK },
    ...({ preset: 'microsoft', grantType: 'client_credentials' } as const),
  },
  'a webhook by its signature': {
    ...({ preset: 'generic', grantType: 'none', destination: WEBHOOK } as const),
  },
  'a webhook with a sealed header': {
    ...({ preset: 'generic', grantType: 'none', destination: WEBHOOK } as const),
    header: { name: 'X-Api-Key', value: 'a-value-that-stays' },
  },
  'a webhook for HubSpot': {
    ...({ preset: 'hubspot', grantType: 'none', destination: WEBHOOK } as const),
  },
};

async function openConnection(kind: keyof typeof CONNECTIONS) {
  const store = createMemoryExportStore();
  const service = createExports({
    store,
    keys: [new Uint8Array(32).fill(7)],
    callbackUrl: `${ORIGIN}/exports/callback`,
  });
  const opened = openConsole({ exports: { service } });
  const settings = { name: 'The <CRM> & "more"', siteId: 'site-1', ...CONNECTIONS[kind]! };
  const { connection } = await service.connections.create(settings);
  const path = `/exports/${connection.id}`;
  const fields = readFields(await opened.browser.text(`${path}/configure`));
  /** Saves the form as it was rendered, but for the changes. */
  const save = (changes: Readonly<Record<string, string | undefined>> = {}) => {
    const kept = fields.filter(([name]) => !Object.hasOwn(changes, name));
    const changed = Object.entries(changes).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    return opened.browser.post(`${path}/configure`, [...kept, ...changed]);
  };
  const load = () => service.connections.get(connection.id);
  return { ...opened, store, service, connection, path, fields, save, load };
}

describe.each(Object.keys(CONNECTIONS))('the form of %s', (kind) => {
  test('changes nothing if it is saved as it is', async () => {
    const { save, load, store, connection } = await openConnection(kind);
    const before = await store.getConnection(connection.id);
    const response = await save();
    expect(response.status).toBe(303);
    expect(await load()).toEqual(connection);
    const after = await store.getConnection(connection.id);
    expect(Boolean(after?.sealedClientSecret)).toBe(Boolean(before?.sealedClientSecret));
    expect(Boolean(after?.sealedHeaderValue)).toBe(Boolean(before?.sealedHeaderValue));
  });

  test('changes only the name if only the name is edited', async () => {
    const { save, load, connection } = await openConnection(kind);
    expect((await save({ name: 'Renamed' })).status).toBe(303);
    expect(await load()).toEqual({ ...connection, name: 'Renamed' });
  });

  test('has no field for what the grant type does not use', async () => {
    const { fields, connection } = await openConnection(kind);
    const names = new Set(fields.map(([name]) => name));
    const { grantType } = connection;
    const hasLogin = grantType === 'authorization_code';
    expect(names.has('authorizationEndpoint')).toBe(hasLogin);
    expect(names.has('issuer')).toBe(hasLogin);
    for (const name of ['tokenEndpoint', 'clientId', 'clientSecret', 'reauthorizationErrors']) {
      expect(names.has(name)).toBe(grantType !== 'none');
    }
    expect(names.has('header.name')).toBe(grantType === 'none');
  });
});

describe('the settings of an export', () => {
  const FULL = 'a log-in with every setting';

  test('are shown on its page', async () => {
    const { browser, path } = await openConnection(FULL);
    const page = (await browser.text(path)).replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(page).toContain('Grant type Authorization code');
    expect(page).toContain('PKCE Not used');
    expect(page).toContain('Client authentication In a header, without form encoding');
    expect(page).toContain('Errors that end the authorization session gone, relogin_needed');
  });

  test.each([
    ['client credentials', 'Grant type Client credentials'],
    ['a webhook by its signature', 'Grant type None'],
  ])('name the grant type of %s', async (kind, text) => {
    const { browser, path } = await openConnection(kind);
    const page = (await browser.text(path)).replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(page).toContain(text);
    expect(page).not.toContain('PKCE');
  });

  test('switch PKCE off and on', async () => {
    const { save, load } = await openConnection('a log-in with no more than is needed');
    expect((await save({ withoutPkce: 'yes' })).status).toBe(303);
    expect((await load()).pkce).toBe(false);
    const again = await openConnection(FULL);
    expect((await again.save({ withoutPkce: undefined })).status).toBe(303);
    expect((await again.load()).pkce).toBe(true);
  });

  test('take one error a line', async () => {
    const { save, load } = await openConnection('client credentials');
    const text = ' client_locked \r\n\r\nkey rotated';
    expect((await save({ reauthorizationErrors: text })).status).toBe(303);
    expect((await load()).reauthorizationErrors).toEqual(['client_locked', 'key rotated']);
    const none = await openConnection('client credentials');
    expect((await none.save({ reauthorizationErrors: '' })).status).toBe(303);
    expect((await none.load()).reauthorizationErrors).toEqual([]);
  });

  test.each([
    [{ reauthorizationErrors: 'x'.repeat(65) }, 'reauthorizationErrors'],
    [{ reauthorizationErrors: 'code\n'.repeat(21) }, 'reauthorizationErrors'],
    [{ clientAuthentication: 'private_key_jwt' }, 'clientAuthentication'],
    [{ issuer: 'http://id.example.com' }, 'issuer'],
  ])('show what is wrong beside the field, which is unfolded: %j', async (changes, field) => {
    const { save, load, connection } = await openConnection(FULL);
    const response = await save(changes);
    expect(response.status).toBe(400);
    const page = await response.text();
    expect(page).toContain(`id="${field}-error"`);
    expect(page).toContain(`href="#${field}"`);
    expect(page).toMatch(/<details open/);
    expect(await load()).toEqual(connection);
  });

  test('name the line of a record that is invalid', async () => {
    const { save } = await openConnection('a log-in at Salesforce');
    const response = await save({ 'destination.fields': 'Type__c engagement.type' });
    expect(await response.text()).toContain(
      'Type__c engagement.type: must be an API name like Engagement__c.',
    );
  });

  test.each([
    ['a log-in at zoho', 'https://accounts.zoho.eu/oauth/v2/token/revoke'],
    ['a log-in at Salesforce', 'https://accounts.zoho.eu/services/oauth2/revoke'],
  ])('let the revocation URL of %s follow to another host', async (kind, revocationEndpoint) => {
    const { save, load, connection } = await openConnection(kind);
    const { pathname } = new URL(connection.tokenEndpoint!);
    const tokenEndpoint = `https://accounts.zoho.eu${pathname}`;
    expect((await save({ tokenEndpoint, clientSecret: 'again' })).status).toBe(303);
    expect(await load()).toMatchObject({ tokenEndpoint, revocationEndpoint });
  });
});

describe('the confirmation of a change', () => {
  const DISABLED = 'The export is disabled. Its authorization is kept.';

  test('is shown only if the change happened', async () => {
    const { browser, service, connection, path } = await openConnection('client credentials');
    expect(await browser.text(`${path}?done=enabled`)).toContain('The export is enabled.');
    expect(await browser.text(`${path}?done=disabled`)).not.toContain(DISABLED);
    expect(await browser.text(`${path}?done=disconnected`)).not.toContain('is disconnected.');
    await service.connections.disable(connection.id);
    expect(await browser.text(`${path}?done=disabled`)).toContain(DISABLED);
    expect(await browser.text(`${path}?done=enabled`)).not.toContain('The export is enabled.');
  });

  test('of a disconnection is shown for both grant types', async () => {
    for (const kind of ['client credentials', 'a log-in at Salesforce']) {
      const { browser, service, connection, path } = await openConnection(kind);
      await service.connections.disconnect(connection.id);
      expect(await browser.text(`${path}?done=disconnected`)).toContain('is disconnected.');
    }
  });
});

describe('a new export', () => {
  test.each([
    ['a log-in at Salesforce', 'Authorize it next.'],
    ['client credentials', 'Engagements that end from now on are queued for it.'],
  ])('says what comes next: %s', async (kind, text) => {
    const { browser, path } = await openConnection(kind);
    expect(await browser.text(`${path}?done=added`)).toContain(`The export is added. ${text}`);
  });

  test('with client credentials of Salesforce writes records without a log-in', async () => {
    const { browser, service } = await openConnection('a webhook by its signature');
    const path = '/exports/new?preset=salesforce&grantType=client_credentials';
    const typed = {
      ...{ name: 'Acme', siteId: 'site-1', clientId: 'client', clientSecret: 'secret' },
      tokenEndpoint: 'https://acme.my.salesforce.com/services/oauth2/token',
    };
    const fields = readFields(await browser.text(path)).filter(([name]) => !(name in typed));
    const response = await browser.post('/exports', [...fields, ...Object.entries(typed)]);
    expect(response.status).toBe(303);
    const acme = (await service.connections.list()).find(({ name }) => name === 'Acme');
    expect(acme).toMatchObject({
      ...{ preset: 'salesforce', grantType: 'client_credentials', status: 'active', scopes: [] },
      destination: { kind: 'salesforce', object: 'Engagement__c' },
    });
  });

  test('uses PKCE unless it is switched off', async () => {
    const { browser, service } = await openConnection('a webhook by its signature');
    const path = '/exports/new?preset=hubspot';
    for (const [name, more] of [
      ['with', []],
      ['without', [['withoutPkce', 'yes']]],
    ] as const) {
      const typed = {
        ...{ name, siteId: 's', clientId: 'c', clientSecret: 's' },
        'destination.url': WEBHOOK.url,
      };
      const fields = readFields(await browser.text(path)).filter(([field]) => !(field in typed));
      const response = await browser.post('/exports', [
        ...fields,
        ...Object.entries(typed),
        ...more,
      ]);
      expect(response.status).toBe(201);
    }
    const found = (await service.connections.list()).filter(({ name }) => name.startsWith('with'));
    expect(found.map(({ name, pkce }) => [name, pkce]).sort()).toEqual([
      ['with', true],
      ['without', false],
    ]);
  });
});

import { equal, rejects } from 'node:assert/strict';
import { assertStored } from '@mandate/internal/assert-stored';
import { createTestGroup } from '@mandate/internal/store-tests';
import type { ExportStore } from '../store/export-store.js';
import type { StoredConnection } from '../store/stored-connection.js';
import { createConnection, NOW_MS } from './stored-records.js';

/** A connection with every member set, and text that needs escaping. */
const FULL: StoredConnection = {
  id: 'full',
  version: 7,
  preset: 'salesforce',
  name: "é 'quoted' \\ % _ \n 漢字 🔑",
  siteId: 'site',
  authorizationEndpoint: 'https://login.example.test/authorize?a=b&c="d"',
  tokenEndpoint: 'https://login.example.test/token',
  revocationEndpoint: 'https://login.example.test/revoke',
  issuer: 'https://login.example.test',
  clientId: 'client',
  sealedClientSecret: 'sealed client secret',
  clientAuthentication: 'client_secret_post',
  scopes: ['api', 'refresh_token', '\\"'],
  reauthorizationErrors: ['session_ended'],
  pkce: false,
  headerName: 'x-api-key',
  sealedHeaderValue: 'sealed header',
  grantType: 'client_credentials',
  destination: {
    kind: 'salesforce',
    object: 'Engagement__c',
    externalIdField: 'Engagement_Id__c',
    fields: { Type__c: 'engagement.type' },
    apiVersion: 'v62.0',
  },
  exportTypes: ['engagement', 'engagement_start'],
  sealedSigningSecrets: 'sealed signing secrets',
  status: 'needs_reauthorization',
  reason: 'grant_revoked',
  authorizingUntilMs: NOW_MS + 1,
  pausedUntilMs: NOW_MS + 2,
  failingSinceMs: NOW_MS - 1,
  acceptedAtMs: NOW_MS - 2,
  sealedTokens: 'sealed tokens',
  authorizedAtMs: NOW_MS + 3,
  authorizedBy: 'admin@example.com',
  refreshedAtMs: NOW_MS + 4,
  refreshOwner: 'a process',
  refreshUntilMs: NOW_MS + 5,
  refreshNotBeforeMs: NOW_MS + 3,
  createdAtMs: NOW_MS,
};

export const CONNECTION_TESTS = createTestGroup('a connection', (store: ExportStore) => store, {
  async 'is returned as it was inserted'(store) {
    for (const connection of [createConnection(), FULL]) {
      await store.insertConnection(connection);
      assertStored(await store.getConnection(connection.id), connection);
    }
    equal(await store.getConnection('absent'), undefined);
  },

  async 'is not found by an id with a NUL, which some databases cannot hold'(store) {
    await store.insertConnection(createConnection());
    equal(await store.getConnection('\0'), undefined);
    // A store that combines concurrent look-ups must not fail the others.
    const found = await Promise.all(['crm\0', 'crm'].map((id) => store.getConnection(id)));
    assertStored(found, [undefined, createConnection()]);
  },

  async 'cannot be inserted twice'(store) {
    await store.insertConnection(FULL);
    await rejects(store.insertConnection({ ...FULL, name: 'other' }));
    assertStored(await store.getConnection('full'), FULL);
  },

  async 'is listed by name and then by id'(store) {
    for (const [id, name] of [
      ['3', 'b'],
      ['2', 'a'],
      ['1', 'b'],
      ['0', 'B'],
    ] as const) {
      await store.insertConnection(createConnection({ id, name }));
    }
    const listed = await store.listConnections();
    assertStored(
      listed.map(({ id }) => id),
      ['0', '2', '1', '3'],
    );
    assertStored(listed[1], createConnection({ id: '2', name: 'a' }));
  },

  async 'is listed by site'(store) {
    for (const [index, siteId] of ['one', 'two', 'one'].entries()) {
      await store.insertConnection(createConnection({ id: `${index}`, siteId }));
    }
    const listed = await store.listConnections('one');
    assertStored(
      listed.map(({ id }) => id),
      ['0', '2'],
    );
    assertStored(await store.listConnections('none'), []);
    assertStored(await store.listConnections(''), []);
  },

  async 'is replaced as a whole, and only from the version before'(store) {
    await store.insertConnection(createConnection({ id: 'full', version: 6 }));
    await store.insertConnection(createConnection());
    equal(await store.replaceConnection(FULL), true);
    assertStored(await store.getConnection('full'), FULL);
    const bare = createConnection({ id: 'full', version: 8 });
    equal(await store.replaceConnection(bare), true);
    assertStored(await store.getConnection('full'), bare);
    for (const version of [1, 7, 8, 10]) {
      equal(await store.replaceConnection({ ...FULL, version }), false);
    }
    assertStored(await store.getConnection('full'), bare);
    assertStored(await store.getConnection('crm'), createConnection());
  },

  async 'is not created by a replacement'(store) {
    equal(await store.replaceConnection(createConnection({ id: 'absent' })), false);
    equal(await store.getConnection('absent'), undefined);
  },

  async 'may have times with fractions of a millisecond'(store) {
    await store.insertConnection(createConnection());
    const pausedUntilMs = NOW_MS + 0.25;
    equal(await store.replaceConnection(createConnection({ version: 2, pausedUntilMs })), true);
    const stored = await store.getConnection('crm');
    equal(Math.ceil(stored?.pausedUntilMs ?? 0), NOW_MS + 1);
  },

  async 'is replaced by exactly one of many concurrent callers'(store) {
    await store.insertConnection(createConnection());
    for (const version of [2, 3, 4]) {
      const owners = Array.from({ length: 20 }, (_, index) => `process ${index}`);
      const replaced = await Promise.all(
        owners.map((refreshOwner) =>
          store.replaceConnection(createConnection({ version, refreshOwner })),
        ),
      );
      equal(replaced.filter(Boolean).length, 1);
      const winner = owners[replaced.indexOf(true)];
      const stored = await store.getConnection('crm');
      assertStored(stored, createConnection({ version, refreshOwner: winner }));
    }
  },
});

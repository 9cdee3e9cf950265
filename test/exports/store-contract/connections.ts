import type { ExportStore, StoredConnection } from '@mandate/exports';
import { beforeEach, describe, expect, test } from 'vitest';
import type { OpenStore } from '../open-store.js';
import { createConnection, NOW_MS } from '../stored.js';

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
  destination: {
    kind: 'salesforce',
    object: 'Engagement__c',
    externalIdField: 'Engagement_Id__c',
    fields: { Type__c: 'engagement.type' },
    apiVersion: 'v62.0',
  },
  sealedSigningSecrets: 'sealed signing secrets',
  status: 'needs_reauthorization',
  reason: 'grant_revoked',
  authorizingUntilMs: NOW_MS + 1,
  pausedUntilMs: NOW_MS + 2,
  failingSinceMs: NOW_MS - 1,
  sealedTokens: 'sealed tokens',
  authorizedAtMs: NOW_MS + 3,
  authorizedBy: 'admin@example.com',
  refreshedAtMs: NOW_MS + 4,
  refreshOwner: 'a process',
  refreshUntilMs: NOW_MS + 5,
  createdAtMs: NOW_MS,
};

/** What every store does with connections. */
export function describeConnections(name: string, open: OpenStore): void {
  describe(`connections in the ${name} store`, () => {
    let store: ExportStore;
    beforeEach(async () => {
      store = await open();
    });

    test('come back as they were inserted', async () => {
      for (const connection of [createConnection(), FULL]) {
        await store.insertConnection(connection);
        expect(await store.getConnection(connection.id)).toEqual(connection);
      }
      expect(await store.getConnection('absent')).toBeUndefined();
    });

    test('are not there by an id that cannot be one, and those asked for at the same time are', async () => {
      await store.insertConnection(createConnection());
      expect(await store.getConnection('\0')).toBeUndefined();
      const found = await Promise.all(['crm\0', 'crm'].map((id) => store.getConnection(id)));
      expect(found).toEqual([undefined, createConnection()]);
    });

    test('are refused if one of their id is there, which stays as it is', async () => {
      await store.insertConnection(FULL);
      await expect(store.insertConnection({ ...FULL, name: 'other' })).rejects.toThrow();
      expect(await store.getConnection('full')).toEqual(FULL);
    });

    test('are listed by name and then id', async () => {
      for (const [id, called] of [
        ['3', 'b'],
        ['2', 'a'],
        ['1', 'b'],
        ['0', 'B'],
      ] as const) {
        await store.insertConnection(createConnection({ id, name: called }));
      }
      const listed = await store.listConnections();
      expect(listed.map(({ id }) => id)).toEqual(['0', '2', '1', '3']);
      expect(listed[1]).toEqual(createConnection({ id: '2', name: 'a' }));
    });

    test('are listed of one site alone', async () => {
      for (const siteId of ['one', 'two', 'one']) {
        const { length } = await store.listConnections();
        await store.insertConnection(createConnection({ id: `${length}`, siteId }));
      }
      expect((await store.listConnections('one')).map(({ id }) => id)).toEqual(['0', '2']);
      expect(await store.listConnections('none')).toEqual([]);
      expect(await store.listConnections('')).toEqual([]);
    });

    test('are replaced whole, from exactly the version before', async () => {
      await store.insertConnection(createConnection({ id: 'full', version: 6 }));
      await store.insertConnection(createConnection());
      expect(await store.replaceConnection(FULL)).toBe(true);
      expect(await store.getConnection('full')).toEqual(FULL);
      const bare = createConnection({ id: 'full', version: 8 });
      expect(await store.replaceConnection(bare)).toBe(true);
      expect(await store.getConnection('full')).toEqual(bare);

      for (const version of [1, 7, 8, 10]) {
        expect(await store.replaceConnection({ ...FULL, version })).toBe(false);
      }
      expect(await store.getConnection('full')).toEqual(bare);
      expect(await store.getConnection('crm')).toEqual(createConnection());
      expect(await store.replaceConnection(createConnection({ id: 'absent' }))).toBe(false);
      expect(await store.getConnection('absent')).toBeUndefined();
    });

    test('take times that are no whole milliseconds', async () => {
      await store.insertConnection(createConnection());
      const pausedUntilMs = NOW_MS + 0.25;
      expect(await store.replaceConnection(createConnection({ version: 2, pausedUntilMs }))).toBe(
        true,
      );
      const stored = (await store.getConnection('crm'))?.pausedUntilMs ?? 0;
      expect(Math.ceil(stored)).toBe(NOW_MS + 1);
    });

    test('are replaced by exactly one of many that try at once', async () => {
      await store.insertConnection(createConnection());
      for (const version of [2, 3, 4]) {
        const owners = Array.from({ length: 20 }, (_, i) => `process ${i}`);
        const replaced = await Promise.all(
          owners.map((refreshOwner) =>
            store.replaceConnection(createConnection({ version, refreshOwner })),
          ),
        );
        expect(replaced.filter(Boolean)).toHaveLength(1);
        const winner = owners[replaced.indexOf(true)];
        const stored = await store.getConnection('crm');
        expect(stored).toEqual(createConnection({ version, refreshOwner: winner }));
      }
    });
  });
}

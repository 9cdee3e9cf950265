import { createMemoryExportStore, type ExportStore } from '@mandate/exports';
import { createExportStoreTests } from '@mandate/exports/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../../tokens/processes/child.js';
import { overrideStore } from '../support/override-store.js';

/** Faults that a store may have, each in a store that is correct otherwise. */
const FAULTS: Readonly<Record<string, (store: ExportStore) => Partial<ExportStore>>> = {
  'replaces any version of a connection': (store) => ({
    async replaceConnection(connection) {
      const stored = await store.getConnection(connection.id);
      if (stored === undefined) return false;
      return store.replaceConnection({ ...connection, version: stored.version + 1 });
    },
  }),
  'lists the connections of all sites': (store) => ({
    listConnections: () => store.listConnections(),
  }),
  'returns a log-in twice': (store) => ({
    async takeLogin(stateHash) {
      const login = await store.takeLogin(stateHash);
      if (login !== undefined) await store.insertLogin(login, 0);
      return login;
    },
  }),
  'keeps every log-in': (store) => ({
    insertLogin: (login) => store.insertLogin({ ...login, connectionId: login.stateHash }, 0),
  }),
  'ignores connections to except': (store) => ({
    claimDeliveries: (claim) => store.claimDeliveries({ ...claim, except: [] }),
  }),
  'ignores the limit per connection': (store) => ({
    claimDeliveries: (claim) => store.claimDeliveries({ ...claim, perConnection: 100 }),
  }),
  'never ends a lease': (store) => ({
    claimDeliveries: (claim) => store.claimDeliveries({ ...claim, leaseUntilMs: 1e15 }),
  }),
  'counts every attempt': (store) => ({
    settleDelivery: (outcome) => store.settleDelivery({ ...outcome, countsAsAttempt: true }),
  }),
  'accepts an outcome without its lease': (store) => ({
    settleDelivery: async (outcome) => (await store.settleDelivery(outcome)) || true,
  }),
  'replays nothing': () => ({ replayDelivery: async () => true }),
  'lists one page only': (store) => ({
    listDeliveries: async (filter, page) => ({
      ...(await store.listDeliveries(filter, page)),
      nextCursor: undefined,
    }),
  }),
  'removes all at once': (store) => ({
    removeEnded: (beforeMs) => store.removeEnded(beforeMs, 1000),
  }),
};

describe('the tests of a store', () => {
  test.each(Object.entries(FAULTS))('fail if it %s', async (_, toFault) => {
    const open = () => {
      const store = createMemoryExportStore();
      return overrideStore(store, toFault(store));
    };
    const results = await Promise.allSettled(
      createExportStoreTests({ open }).map(({ run }) => run()),
    );
    const failed = results.filter(({ status }) => status === 'rejected');
    expect(failed.length).toBeGreaterThan(0);
    // The fault breaks what it concerns, and not everything.
    expect(failed.length).toBeLessThan(results.length / 2);
  });

  test('close every store that they open', async () => {
    let opened = 0;
    let closed = 0;
    const tests = createExportStoreTests({
      open() {
        opened++;
        return overrideStore(createMemoryExportStore(), { takeLogin: async () => undefined });
      },
      close() {
        closed++;
      },
    });
    await Promise.allSettled(tests.map(({ run }) => run()));
    expect([opened, closed]).toEqual([tests.length, tests.length]);
  });

  test('have names that differ', () => {
    const names = createExportStoreTests({ open: createMemoryExportStore }).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('run under node:test', async () => {
    const child = await startChild('../../exports/testing/node-test-program.ts', []);
    onTestFinished(() => child.kill());
    expect(await child.exit).toBe(0);
    const count = createExportStoreTests({ open: createMemoryExportStore }).length;
    expect(child.lines).toContainEqual(expect.stringMatching(new RegExp(`^\\S+ pass ${count}$`)));
  });

  test.each([{}, { open: 'sqlite' }, { open: createMemoryExportStore, close: true }])(
    'reject the options %j',
    (options) => {
      expect(() => createExportStoreTests(options as never)).toThrow(TypeError);
    },
  );
});

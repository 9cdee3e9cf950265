import { type ExportStore, MAX_LOGINS } from '@mandate/exports';
import { beforeEach, describe, expect, test } from 'vitest';
import type { OpenStore } from '../open-store.js';
import { createLogin, NOW_MS, SECOND_MS } from '../stored.js';

/** What every store does with log-ins. */
export function describeLogins(name: string, open: OpenStore): void {
  describe(`log-ins in the ${name} store`, () => {
    let store: ExportStore;
    beforeEach(async () => {
      store = await open();
    });

    test('are taken out once, as they were inserted', async () => {
      const [first, second] = ['first', 'second'].map((stateHash) => createLogin({ stateHash }));
      if (first === undefined || second === undefined) throw new Error('there are two');
      await store.insertLogin(first, NOW_MS);
      await store.insertLogin(second, NOW_MS);
      expect(await store.takeLogin('first')).toEqual(first);
      expect(await store.takeLogin('first')).toBeUndefined();
      expect(await store.takeLogin('second')).toEqual(second);
      expect(await store.takeLogin('absent')).toBeUndefined();
    });

    test('are taken by exactly one of many that try at once', async () => {
      for (let round = 0; round < 5; round++) {
        await store.insertLogin(createLogin(), NOW_MS);
        const taken = await Promise.all(
          Array.from({ length: 20 }, () => store.takeLogin(createLogin().stateHash)),
        );
        expect(taken.filter((login) => login !== undefined)).toEqual([createLogin()]);
      }
    });

    test('are dropped once they ended before another one begins, and not earlier', async () => {
      const over = createLogin({ stateHash: 'over', expiresAtMs: NOW_MS + SECOND_MS - 1 });
      const open = createLogin({ stateHash: 'open', expiresAtMs: NOW_MS + SECOND_MS });
      await store.insertLogin(over, NOW_MS);
      await store.insertLogin(open, NOW_MS);
      await store.insertLogin(createLogin(), NOW_MS + SECOND_MS);
      expect(await store.takeLogin('over')).toBeUndefined();
      expect(await store.takeLogin('open')).toEqual(open);
      expect(await store.takeLogin(createLogin().stateHash)).toEqual(createLogin());
    });

    test('are no more than twenty of one connection: the oldest go, and nobody else loses theirs', async () => {
      const other = createLogin({
        stateHash: 'other',
        connectionId: 'another',
        expiresAtMs: NOW_MS,
      });
      await store.insertLogin(other, NOW_MS);
      const begun = Array.from({ length: MAX_LOGINS + 2 }, (_, i) =>
        createLogin({ stateHash: `state-${i}`, expiresAtMs: NOW_MS + i }),
      );
      for (const login of begun) await store.insertLogin(login, NOW_MS);
      const left = await Promise.all(begun.map(({ stateHash }) => store.takeLogin(stateHash)));
      expect(left).toEqual([undefined, undefined, ...begun.slice(2)]);
      expect(await store.takeLogin('other')).toEqual(other);
    });

    test('do not take the place of one of the same state', async () => {
      await store.insertLogin(createLogin(), NOW_MS);
      await expect(store.insertLogin(createLogin({ by: 'eve' }), NOW_MS)).rejects.toThrow();
      expect(await store.takeLogin(createLogin().stateHash)).toEqual(createLogin());
    });
  });
}

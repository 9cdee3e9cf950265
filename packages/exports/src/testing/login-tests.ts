import { equal, rejects } from 'node:assert/strict';
import { assertStored } from '@mandate/internal/assert-stored';
import { createTestGroup } from '@mandate/internal/store-tests';
import { type ExportStore, MAX_LOGINS } from '../store/export-store.js';
import { createLogin, NOW_MS, SECOND_MS } from './stored-records.js';

export const LOGIN_TESTS = createTestGroup('a log-in', (store: ExportStore) => store, {
  async 'is taken once, as it was inserted'(store) {
    const first = createLogin({ stateHash: 'first' });
    const second = createLogin({ stateHash: 'second' });
    await store.insertLogin(first, NOW_MS);
    await store.insertLogin(second, NOW_MS);
    assertStored(await store.takeLogin('first'), first);
    equal(await store.takeLogin('first'), undefined);
    assertStored(await store.takeLogin('second'), second);
    equal(await store.takeLogin('absent'), undefined);
  },

  async 'is taken by exactly one of many concurrent callers'(store) {
    for (let round = 0; round < 5; round++) {
      await store.insertLogin(createLogin(), NOW_MS);
      const taken = await Promise.all(
        Array.from({ length: 20 }, () => store.takeLogin(createLogin().stateHash)),
      );
      const found = taken.filter((login) => login !== undefined);
      assertStored(found, [createLogin()]);
    }
  },

  async 'is removed after it has expired, when another one begins'(store) {
    const expired = createLogin({ stateHash: 'expired', expiresAtMs: NOW_MS + SECOND_MS - 1 });
    const open = createLogin({ stateHash: 'open', expiresAtMs: NOW_MS + SECOND_MS });
    await store.insertLogin(expired, NOW_MS);
    await store.insertLogin(open, NOW_MS);
    await store.insertLogin(createLogin(), NOW_MS + SECOND_MS);
    equal(await store.takeLogin('expired'), undefined);
    assertStored(await store.takeLogin('open'), open);
    assertStored(await store.takeLogin(createLogin().stateHash), createLogin());
  },

  async 'is removed if more than MAX_LOGINS of its connection expire later'(store) {
    const other = createLogin({ stateHash: 'other', connectionId: 'another', expiresAtMs: NOW_MS });
    await store.insertLogin(other, NOW_MS);
    const logins = Array.from({ length: MAX_LOGINS + 2 }, (_, index) =>
      createLogin({ stateHash: `state-${index}`, expiresAtMs: NOW_MS + index }),
    );
    for (const login of logins) await store.insertLogin(login, NOW_MS);
    const left = await Promise.all(logins.map(({ stateHash }) => store.takeLogin(stateHash)));
    assertStored(left, [undefined, undefined, ...logins.slice(2)]);
    assertStored(await store.takeLogin('other'), other);
  },

  async 'does not replace another one with the same state'(store) {
    await store.insertLogin(createLogin(), NOW_MS);
    await rejects(store.insertLogin(createLogin({ by: 'eve' }), NOW_MS));
    assertStored(await store.takeLogin(createLogin().stateHash), createLogin());
  },
});

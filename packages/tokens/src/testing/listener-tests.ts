import assert from 'node:assert/strict';
import type { TokenChange } from '../store/token-store.js';
import type { ContractTests } from './contract-tests.js';
import { after, insert, toAudit, toReplacement } from './records.js';

export const LISTENER_TESTS: ContractTests = {
  'calls listeners before a revocation or rotation is fulfilled, until removed': async (store) => {
    const changes: TokenChange[] = [];
    const { id } = await insert(store);
    const stop = store.onChange((change) => changes.push(change));
    await store.rotate(toAudit(id, 'rotated'), toReplacement('second', after(60)));
    assert.ok(changes.includes(id), 'no call for a rotation');
    changes.length = 0;
    await store.revoke(toAudit(id, 'revoked'));
    assert.ok(changes.includes(id), 'no call for a revocation');
    changes.length = 0;
    stop();
    const other = await insert(store);
    await store.revoke(toAudit(other.id, 'revoked'));
    assert.deepEqual(changes, []);
  },

  'makes the change and calls every listener even if a listener fails': async (store) => {
    const changes: TokenChange[] = [];
    const { id } = await insert(store);
    store.onChange(() => {
      throw new Error('the listener threw');
    });
    store.onChange(async () => {
      throw new Error('the listener rejected');
    });
    store.onChange((change) => changes.push(change));
    assert.equal(
      await store.rotate(toAudit(id, 'rotated'), toReplacement('second', after(60))),
      true,
    );
    assert.equal(await store.revoke(toAudit(id, 'revoked')), true);
    assert.ok(changes.filter((change) => change === id).length >= 2);
  },
};

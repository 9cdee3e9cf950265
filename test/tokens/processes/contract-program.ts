// Runs the contract of token stores under node:test, on a sound or a faulty store.
import { describe, test } from 'node:test';
import { createMemoryTokenStore } from '@mandate/tokens';
import { testTokenStore } from '@mandate/tokens/testing';

const isFaulty = process.argv[2] === 'faulty';

testTokenStore({
  describe,
  test,
  openStore: () => {
    const store = createMemoryTokenStore();
    if (isFaulty) store.revoke = async () => true;
    return store;
  },
});

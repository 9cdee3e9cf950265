export { type TokenStoreTestOptions, testTokenStore } from './test-token-store.js';

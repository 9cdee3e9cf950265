import type { TokenStore } from '../store/token-store.js';

/** Tests by their name. Each gets a new, empty store, and rejects if the store breaks the contract. */
export type ContractTests = Readonly<Record<string, (store: TokenStore) => Promise<void>>>;

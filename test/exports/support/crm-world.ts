import {
  type Connections,
  type ConnectionsOptions,
  createConnections,
  createMemoryExportStore,
  type ExportStore,
  type NewConnection,
  type ProviderFailure,
  type StoredConnection,
} from '@mandate/exports';
import { expect, onTestFinished, vi } from 'vitest';
import type { AccessTokens } from '../../../packages/exports/src/tokens/access-tokens.js';
import {
  type AccessTokensOptions,
  createAccessTokens,
} from '../../../packages/exports/src/tokens/create-access-tokens.js';
import { type Crm, type CrmOptions, startCrm } from '../../support/crm/crm.js';
import { finishLogin } from './finish-login.js';
import { toNewConnection } from './new-connection.js';

export const SESSION = 'a-cookie-that-nobody-guesses';
export const KEY = new Uint8Array(32).fill(7);
/** Longer than any answer takes on a busy machine. */
export const TIMEOUT_MS = 10_000;
const CALLBACK_URL = 'https://app.example.com/exports/callback';

/** A CRM, a store, connections to it, and the failures that were reported. */
export interface CrmWorld {
  readonly crm: Crm;
  readonly store: ExportStore;
  readonly connections: Connections;
  readonly failures: ProviderFailure[];
  /** Moves the clock. */
  advance(ms: number): void;
  /** Another process: it shares nothing with the others but the store. */
  createTokens(options?: Partial<AccessTokensOptions>): AccessTokens;
  /** What an administrator fills in. */
  fillIn(changes?: Partial<NewConnection>): NewConnection;
  /** A connection, configured. @returns its id. */
  configure(changes?: Partial<NewConnection>): Promise<string>;
  /** A connection that a person has authorized. @returns its id. */
  authorize(changes?: Partial<NewConnection>): Promise<string>;
  /** A person logs in. */
  logIn(id: string): Promise<void>;
  readStored(id: string): Promise<StoredConnection>;
}

export interface CrmWorldOptions extends Partial<ConnectionsOptions> {
  readonly crm?: CrmOptions;
}

export async function createCrmWorld(options: CrmWorldOptions = {}): Promise<CrmWorld> {
  const { crm: crmOptions, ...others } = options;
  const crm = await startCrm(crmOptions);
  onTestFinished(() => crm.close());
  let nowMs = Date.UTC(2026, 0, 1);
  const failures: ProviderFailure[] = [];
  const parts: ConnectionsOptions = {
    store: createMemoryExportStore(),
    keys: [KEY],
    callbackUrl: CALLBACK_URL,
    allowLoopback: true,
    timeoutMs: TIMEOUT_MS,
    now: () => nowMs,
    onError: (failure) => void failures.push(failure),
    ...others,
  };
  const { store } = parts;
  const connections = createConnections(parts);
  const world: CrmWorld = {
    ...{ crm, store, connections, failures },
    advance: (ms) => {
      nowMs += ms;
    },
    createTokens: (own = {}) => createAccessTokens({ ...parts, ...own }),
    fillIn: (changes = {}) => ({ ...toNewConnection(crm), ...changes }),
    async configure(changes) {
      const { connection } = await connections.create(world.fillIn(changes));
      crm.redirectUris.add(connection.redirectUri ?? '');
      return connection.id;
    },
    async authorize(changes) {
      const id = await world.configure(changes);
      await world.logIn(id);
      return id;
    },
    async logIn(id) {
      const back = await crm.approve(await connections.authorize(id, SESSION, 'ada@example.com'));
      const result = await finishLogin(connections, id, back.searchParams, SESSION);
      expect(result).toMatch(/^authorized/);
    },
    async readStored(id) {
      const stored = await store.getConnection(id);
      if (stored === undefined) throw new Error('there is no such connection');
      return stored;
    },
  };
  return world;
}

/** Time-outs pass at once for every request that reaches the CRM, which hangs, and for no other. */
export async function runWhileHanging<Value>(crm: Crm, run: () => Promise<Value>): Promise<Value> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  let isOver = false;
  const running = run().finally(() => {
    isOver = true;
  });
  for (let seen = crm.requests.length; !isOver; ) {
    await expect.poll(() => isOver || crm.requests.length > seen).toBe(true);
    seen = crm.requests.length;
    vi.advanceTimersByTime(TIMEOUT_MS);
  }
  vi.useRealTimers();
  return running;
}

/** Lets a process wait for another one without a clock. */
export const waitATurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

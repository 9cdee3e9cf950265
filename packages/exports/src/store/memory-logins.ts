import { MAX_LOGINS } from './export-store.js';
import type { StoredLogin } from './stored-connection.js';

/** Log-ins that have begun, by the hash of their `state`. */
export class MemoryLogins {
  readonly #logins = new Map<string, StoredLogin>();

  /** Removes expired log-ins, and the oldest ones of a connection that has too many. */
  insert(login: StoredLogin, nowMs: number): void {
    if (this.#logins.has(login.stateHash)) throw new Error('a log-in with this state exists');
    for (const { stateHash, expiresAtMs } of this.#logins.values()) {
      if (expiresAtMs < nowMs) this.#logins.delete(stateHash);
    }
    const others = [...this.#logins.values()]
      .filter(({ connectionId }) => connectionId === login.connectionId)
      .sort((a, b) => b.expiresAtMs - a.expiresAtMs);
    for (const { stateHash } of others.slice(MAX_LOGINS - 1)) this.#logins.delete(stateHash);
    this.#logins.set(login.stateHash, login);
  }

  take(stateHash: string): StoredLogin | undefined {
    const login = this.#logins.get(stateHash);
    this.#logins.delete(stateHash);
    return login;
  }
}

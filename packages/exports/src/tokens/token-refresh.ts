import { changeConnection } from '../connections/change-connection.js';
import type { ConnectionParts } from '../connections/connection-parts.js';
import { openProvider, type Provider } from '../connections/provider.js';
import { ProviderFailure } from '../connections/provider-failure.js';
import type { TokenResult } from '../connections/provider-request.js';
import { revokeTokens } from '../connections/revoke-tokens.js';
import { resealSecrets } from '../secrets/reseal-secrets.js';
import { sealTokens, type Tokens } from '../secrets/tokens.js';
import type { StoredConnection } from '../store/stored-connection.js';
import { TokenUnavailable } from './access-tokens.js';
import {
  applyRefreshFailure,
  isRefreshReason,
  NO_REFRESH_TOKEN,
  type RefreshFailure,
  toRefreshFailure,
  toStoredFailure,
  UNREADABLE,
} from './refresh-failure.js';
import { loadUsable, markUnavailable, openUsableTokens } from './usable-tokens.js';

export interface TokenRefreshParts extends ConnectionParts {
  readonly wait: (ms: number) => Promise<void>;
}

/** The exclusive right to refresh a connection's tokens, with the connection as it was at that time. */
interface Lease {
  readonly owner: string;
  readonly connection: StoredConnection;
  readonly tokens: Tokens;
  /** The last time to send a request: after it, the lease could end before the answer is stored. */
  readonly requestDeadlineMs: number;
  /** Whether an earlier refresh sent these tokens and never stored its result. */
  readonly isUncertain: boolean;
}

/** The part of a lease that is kept for storing the answer; callers wait no longer for it. */
const PERSIST_MS = 30_000;
const POLL_MS = 100;
const MAX_PERSIST_WAIT_MS = 1000;
const MAX_BUSY_ATTEMPTS = 4;

/**
 * Refreshes the tokens of one connection, once across all processes: lease → load again → adopt the
 * tokens that another process stored, or request new ones → **store before use** → release. A provider
 * that rotates refresh tokens ends the whole grant if an old one is sent again. So no refresh token is
 * sent twice without a look at the store in between.
 */
export class TokenRefresh {
  readonly #parts: TokenRefreshParts;
  readonly #id: string;
  /** The access token to replace. */
  readonly #rejectedToken: string;
  readonly #onStall: (error: unknown) => void;
  #hasWaited = false;

  /** @param onStall called with the store's error when callers should stop waiting for new tokens. */
  constructor(
    parts: TokenRefreshParts,
    wanted: { readonly id: string; readonly rejectedToken: string },
    onStall: (error: unknown) => void,
  ) {
    this.#parts = parts;
    this.#id = wanted.id;
    this.#rejectedToken = wanted.rejectedToken;
    this.#onStall = onStall;
  }

  /** @throws TokenUnavailable */
  async run(): Promise<Tokens> {
    for (;;) {
      const connection = await loadUsable(this.#parts, this.#id);
      const tokens = await openUsableTokens(this.#parts, connection);
      if (tokens.accessToken !== this.#rejectedToken) return tokens;
      const isOwnGrant = connection.grantType === 'client_credentials';
      if (tokens.refreshToken === undefined && !isOwnGrant) {
        throw await markUnavailable(this.#parts, connection, NO_REFRESH_TOKEN);
      }
      if (this.#isHeld(connection)) {
        await this.#waitForOther(connection);
        continue;
      }
      const { refreshNotBeforeMs, reason = 'provider_unavailable' } = connection;
      if (refreshNotBeforeMs !== undefined && refreshNotBeforeMs > this.#parts.now()) {
        throw new TokenUnavailable(reason, true, refreshNotBeforeMs);
      }
      const failed = this.#hasWaited && toStoredFailure(connection);
      // The process with the lease could not reach the provider, so another attempt is pointless now.
      if (failed) throw failed;
      const lease = await this.#acquire(connection, tokens);
      const renewed = lease && (await this.#renew(lease));
      if (renewed !== undefined) return renewed;
    }
  }

  #isHeld({ refreshOwner, refreshUntilMs = 0 }: StoredConnection): boolean {
    return refreshOwner !== undefined && refreshUntilMs > this.#parts.now();
  }

  async #waitForOther({ refreshUntilMs = 0 }: StoredConnection): Promise<void> {
    this.#hasWaited = true;
    const leftMs = refreshUntilMs - this.#parts.now();
    const pollMs = Math.ceil(POLL_MS * (1 + this.#jitter()));
    await this.#parts.wait(Math.max(1, Math.min(leftMs, pollMs)));
  }

  /** @returns undefined if another process changed the connection first. */
  async #acquire(connection: StoredConnection, tokens: Tokens): Promise<Lease | undefined> {
    const { store, now, random, timeoutMs } = this.#parts;
    const owner = Buffer.from(random(16)).toString('hex');
    const requestDeadlineMs = now() + timeoutMs;
    const leased: StoredConnection = {
      ...connection,
      version: connection.version + 1,
      refreshOwner: owner,
      refreshUntilMs: requestDeadlineMs + timeoutMs + PERSIST_MS,
    };
    if (!(await store.replaceConnection(leased))) return undefined;
    // Credentials of a client are not used up by a request whose answer is lost.
    const isUncertain = tokens.refreshToken !== undefined && connection.refreshOwner !== undefined;
    return { owner, connection: leased, tokens, requestDeadlineMs, isUncertain };
  }

  /** @returns undefined if the stored connection changed, so that it must be loaded again. */
  async #renew(lease: Lease): Promise<Tokens | undefined> {
    const provider = await openProvider(this.#parts.box, lease.connection).catch(() => undefined);
    if (provider === undefined) return this.#fail(lease, UNREADABLE, lease.isUncertain);
    const { now } = this.#parts;
    // This process may have been suspended for longer than its lease.
    if (now() > lease.requestDeadlineMs) return undefined;
    const { tokens, problem } = await this.#request(lease, provider);
    if (tokens !== undefined) return this.#persist(lease, tokens);
    const { refreshToken } = lease.tokens;
    const operation = refreshToken === undefined ? 'client_credentials' : 'refresh';
    this.#parts.report(new ProviderFailure(this.#id, operation, problem));
    const isDefinite = problem.code === 'grant_rejected';
    const isUncertain = !isDefinite && (lease.isUncertain || problem.mayHaveWorked);
    const failure = toRefreshFailure(problem.code, lease.isUncertain);
    const { notBeforeMs } = problem;
    return this.#fail(lease, { ...failure, notBeforeMs }, isUncertain);
  }

  /** Repeats the request a few times while the provider is busy with an earlier one that timed out here. */
  async #request(lease: Lease, provider: Provider): Promise<TokenResult> {
    const { now, wait, store } = this.#parts;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#send(lease, provider);
      if (answer.problem?.code !== 'busy' || attempt === MAX_BUSY_ATTEMPTS) return answer;
      const pauseMs = Math.ceil(2 ** attempt * 100 * (1 + this.#jitter()));
      if (now() + pauseMs > lease.requestDeadlineMs) return answer;
      await wait(pauseMs);
      if (now() > lease.requestDeadlineMs) return answer;
      const stored = await store.getConnection(this.#id);
      if (stored?.sealedTokens !== lease.connection.sealedTokens) return answer;
    }
  }

  #send({ tokens: { refreshToken } }: Lease, provider: Provider): Promise<TokenResult> {
    return refreshToken === undefined
      ? this.#parts.provider.request(provider)
      : this.#parts.provider.refresh(provider, refreshToken);
  }

  /**
   * Stores the new tokens and retries until it succeeds, because the old ones are invalid and there is no
   * other copy. Only a new authorization, or a disconnect, takes precedence.
   */
  async #persist(lease: Lease, answered: Tokens): Promise<Tokens | undefined> {
    const { now, wait } = this.#parts;
    const giveUpMs = now() + PERSIST_MS;
    const tokens = mergeTokens(lease.tokens, answered);
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#store(lease, tokens);
      } catch (error) {
        if (now() >= giveUpMs) this.#onStall(error);
        await wait(Math.min(2 ** attempt * 50, MAX_PERSIST_WAIT_MS));
      }
    }
  }

  async #store(lease: Lease, tokens: Tokens): Promise<Tokens | undefined> {
    const { store, box, now } = this.#parts;
    const sealedTokens = await sealTokens(box, lease.connection, tokens);
    const { connection, isChanged } = await changeConnection(store, this.#id, async (stored) => {
      // Also after the lease has expired: its next owner would send a refresh token that is invalid.
      if (stored.sealedTokens !== lease.connection.sealedTokens) return undefined;
      return {
        ...(await resealSecrets(box, stored)),
        ...(isRefreshReason(stored.reason) ? RECOVERED : {}),
        ...RELEASED,
        refreshNotBeforeMs: undefined,
        sealedTokens,
        refreshedAtMs: now(),
      };
    });
    if (isChanged) return tokens;
    // `disconnect` could only revoke the previous tokens.
    if (connection.sealedTokens === undefined) {
      await revokeTokens(this.#parts, lease.connection, tokens);
    }
    return undefined;
  }

  async #fail(lease: Lease, failure: RefreshFailure, isUncertain: boolean): Promise<undefined> {
    const { store, now, notifyLoss } = this.#parts;
    const nowMs = now();
    const { connection, isChanged } = await changeConnection(store, this.#id, (stored) => {
      const isSame =
        stored.sealedTokens === lease.connection.sealedTokens &&
        stored.refreshOwner === lease.owner;
      if (!isSame) return undefined;
      // An owner without a time marks a refresh with an unknown result. A time would make every process
      // wait for it after a clock that was ahead has been corrected.
      const released = isUncertain ? { refreshUntilMs: undefined } : RELEASED;
      const refreshNotBeforeMs = failure.notBeforeMs;
      return { ...applyRefreshFailure(stored, failure, nowMs), ...released, refreshNotBeforeMs };
    });
    if (!isChanged) return undefined;
    notifyLoss(connection);
    throw new TokenUnavailable(failure.reason, failure.isTransient, failure.notBeforeMs);
  }

  /** A random number from 0 to 1, so that processes do not act in step. */
  #jitter(): number {
    return (this.#parts.random(1)[0] ?? 0) / 255;
  }
}

const RELEASED = { refreshOwner: undefined, refreshUntilMs: undefined } as const;
const RECOVERED = {
  status: 'active',
  reason: undefined,
  failingSinceMs: undefined,
  pausedUntilMs: undefined,
} as const;

/** Keeps of the old tokens what the answer does not replace. */
function mergeTokens(old: Tokens, answered: Tokens): Tokens {
  return {
    ...answered,
    // RFC 6749 §4.4.3: client credentials need no refresh token, so one that is sent is ignored.
    refreshToken: old.refreshToken && (answered.refreshToken ?? old.refreshToken),
    instanceUrl: answered.instanceUrl ?? old.instanceUrl,
  };
}

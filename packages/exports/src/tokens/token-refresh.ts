import { changeConnection } from '../connections/change-connection.js';
import type { ConnectionParts } from '../connections/connection-parts.js';
import { openProvider, type Provider, type TokenAnswer } from '../connections/provider.js';
import { ProviderFailure } from '../connections/provider-failure.js';
import { revokeTokens } from '../connections/revoke-tokens.js';
import { toClientSecretContext } from '../secrets/sealed-for.js';
import { resealSigningSecrets } from '../secrets/signing-secrets.js';
import { sealTokens, type Tokens } from '../secrets/tokens.js';
import type { StoredConnection } from '../store/export-store.js';
import { TokenUnavailable } from './access-tokens.js';
import {
  isRefusal,
  NO_REFRESH_TOKEN,
  type Refusal,
  readFailure,
  toFailing,
  toRefusal,
  UNREADABLE,
} from './refusal.js';
import { openUsable, readUsable, refuse } from './usable-tokens.js';

export interface TokenRefreshParts extends ConnectionParts {
  readonly wait: (ms: number) => Promise<void>;
}

/** The right to ask the provider for new tokens of a connection, and what was stored when it was given. */
interface Lease {
  readonly owner: string;
  readonly connection: StoredConnection;
  readonly tokens: Tokens;
  readonly refreshToken: string;
  /** Until when to ask: later, there might be no time left to store the answer before the lease ends. */
  readonly askUntilMs: number;
  /** Somebody asked before with these tokens, and what came of it was never stored. */
  readonly isUncertain: boolean;
}

/** How long others wait for tokens to be stored, once the provider has answered. */
const PERSIST_MS = 30_000;
const POLL_MS = 100;
const MAX_PERSIST_WAIT_MS = 1000;
const MAX_BUSY_ANSWERS = 4;

/**
 * Renews the tokens of one connection, once, whoever else wants the same: lease → read again → adopt
 * what another stored, or ask the provider → **store before use** → release. A provider that rotates
 * refresh tokens ends the whole grant if an old one comes back, so nothing here sends one twice without
 * having looked at the store in between.
 */
export class TokenRefresh {
  readonly #parts: TokenRefreshParts;
  readonly #id: string;
  /** The access token that is of no use any more. */
  readonly #refused: string;
  readonly #onStall: (error: unknown) => void;
  #hasWaited = false;

  /** @param onStall is told if new tokens cannot be stored for so long that nobody should wait. */
  constructor(
    parts: TokenRefreshParts,
    wanted: { readonly id: string; readonly refused: string },
    onStall: (error: unknown) => void,
  ) {
    this.#parts = parts;
    this.#id = wanted.id;
    this.#refused = wanted.refused;
    this.#onStall = onStall;
  }

  /** @throws TokenUnavailable */
  async run(): Promise<Tokens> {
    for (;;) {
      const connection = await readUsable(this.#parts, this.#id);
      const tokens = await openUsable(this.#parts, connection);
      if (tokens.accessToken !== this.#refused) return tokens;
      if (tokens.refreshToken === undefined) {
        throw await refuse(this.#parts, connection, NO_REFRESH_TOKEN);
      }
      if (this.#isHeld(connection)) {
        await this.#waitForOther(connection);
        continue;
      }
      const failed = this.#hasWaited && readFailure(connection);
      // Who asked meanwhile could not reach the provider: not everybody has to find that out.
      if (failed) throw failed;
      const lease = await this.#acquire(connection, tokens, tokens.refreshToken);
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
    const pollMs = Math.ceil(POLL_MS * (1 + this.#chance()));
    await this.#parts.wait(Math.max(1, Math.min(leftMs, pollMs)));
  }

  /** @returns undefined if somebody else changed the connection first. */
  async #acquire(
    connection: StoredConnection,
    tokens: Tokens,
    refreshToken: string,
  ): Promise<Lease | undefined> {
    const { store, now, random, timeoutMs } = this.#parts;
    const owner = Buffer.from(random(16)).toString('hex');
    const askUntilMs = now() + timeoutMs;
    const leased: StoredConnection = {
      ...connection,
      version: connection.version + 1,
      refreshOwner: owner,
      refreshUntilMs: askUntilMs + timeoutMs + PERSIST_MS,
    };
    if (!(await store.replaceConnection(leased))) return undefined;
    const isUncertain = connection.refreshOwner !== undefined;
    return { owner, connection: leased, tokens, refreshToken, askUntilMs, isUncertain };
  }

  /** @returns undefined if what is stored changed: it has to be judged anew. */
  async #renew(lease: Lease): Promise<Tokens | undefined> {
    const provider = await openProvider(this.#parts.box, lease.connection).catch(() => undefined);
    if (provider === undefined) return this.#fail(lease, UNREADABLE, lease.isUncertain);
    const { now } = this.#parts;
    // A process that was stopped, or waited long for its store, may not be the one to ask any more.
    if (now() > lease.askUntilMs) return undefined;
    const { tokens, problem } = await this.#ask(lease, provider);
    if (tokens !== undefined) return this.#persist(lease, tokens);
    this.#parts.report(new ProviderFailure(this.#id, 'refresh', problem));
    const isDefinite = problem.code === 'grant_rejected';
    const isUncertain = !isDefinite && (lease.isUncertain || problem.mayHaveWorked);
    return this.#fail(lease, toRefusal(problem.code, lease.isUncertain), isUncertain);
  }

  /** Asks again a few times if the provider is still busy with a request of ours that was given up. */
  async #ask(lease: Lease, provider: Provider): Promise<TokenAnswer> {
    const { now, wait, store } = this.#parts;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#parts.provider.refresh(provider, lease.refreshToken);
      if (answer.problem?.code !== 'busy' || attempt === MAX_BUSY_ANSWERS) return answer;
      const pauseMs = Math.ceil(2 ** attempt * 100 * (1 + this.#chance()));
      if (now() + pauseMs > lease.askUntilMs) return answer;
      await wait(pauseMs);
      if (now() > lease.askUntilMs) return answer;
      const stored = await store.getConnection(this.#id);
      if (stored?.sealedTokens !== lease.connection.sealedTokens) return answer;
    }
  }

  /**
   * Stores what the provider answered, for as long as it takes: the old tokens count no more and there
   * is no other copy. Only what replaced the old ones meanwhile, a new authorization or none, wins.
   */
  async #persist(lease: Lease, answered: Tokens): Promise<Tokens | undefined> {
    const { now, wait } = this.#parts;
    const giveUpMs = now() + PERSIST_MS;
    const tokens: Tokens = {
      ...answered,
      refreshToken: answered.refreshToken ?? lease.refreshToken,
      instanceUrl: answered.instanceUrl ?? lease.tokens.instanceUrl,
    };
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
      // Even if the lease ran out: who has it now asks with a token that counts no more.
      if (stored.sealedTokens !== lease.connection.sealedTokens) return undefined;
      return {
        ...(await resealSecrets(this.#parts, stored)),
        ...(isRefusal(stored.reason) ? RECOVERED : {}),
        ...RELEASED,
        sealedTokens,
        refreshedAtMs: now(),
      };
    });
    if (isChanged) return tokens;
    // Disconnected meanwhile: what was revoked then were not yet these.
    if (connection.sealedTokens === undefined) {
      await revokeTokens(this.#parts, lease.connection, tokens);
    }
    return undefined;
  }

  async #fail(lease: Lease, refusal: Refusal, isUncertain: boolean): Promise<undefined> {
    const { store, now, tellLoss } = this.#parts;
    const nowMs = now();
    const { connection, isChanged } = await changeConnection(store, this.#id, (stored) => {
      const isSame =
        stored.sealedTokens === lease.connection.sealedTokens &&
        stored.refreshOwner === lease.owner;
      if (!isSame) return undefined;
      // An owner without a lease is the mark of a question whose answer nobody knows. No time stands
      // for its end: a clock that is set right afterwards would let everybody wait for it.
      const released = isUncertain ? { refreshUntilMs: undefined } : RELEASED;
      return { ...toFailing(stored, refusal, nowMs), ...released };
    });
    if (!isChanged) return undefined;
    tellLoss(connection);
    throw new TokenUnavailable(refusal.reason, refusal.isTransient);
  }

  /** From 0 to 1, so that processes do not move in step. */
  #chance(): number {
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
/** Every write of tokens is an occasion to leave an old key behind. */
async function resealSecrets({ box }: ConnectionParts, connection: StoredConnection) {
  const context = toClientSecretContext(connection);
  return {
    sealedClientSecret: await box.reseal(connection.sealedClientSecret, context),
    sealedSigningSecrets: await resealSigningSecrets(box, connection),
  };
}

import type { FetchLike, LockManagerLike } from '@mandate/client';

export const START = Date.UTC(2030, 0, 1);
export const MINUTE = 60_000;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT with an invalid signature, which the client does not verify. */
export const createJwt = (claims: Readonly<Record<string, unknown>>): string =>
  [encode({ alg: 'ES256' }), encode(claims), 'c2ln'].join('.');

export interface Asked {
  readonly url: string;
  readonly init: RequestInit;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An authorization service behind a `fetch`, with a clock of its own. */
export interface AuthorizationServer {
  readonly fetch: FetchLike;
  readonly asked: readonly Asked[];
  /** Answers the next requests, in this order, before the server's own answer. */
  readonly answers: (() => Response | Promise<Response>)[];
  /** Holds back answers until it is called. */
  hold(): () => void;
}

export interface ServerOptions {
  readonly now: () => number;
  readonly lifetimeMs?: number;
  readonly opaque?: boolean;
  readonly dateHeader?: boolean;
}

export function createAuthorizationServer(options: ServerOptions): AuthorizationServer {
  const { now, lifetimeMs = 20 * MINUTE, opaque = false, dateHeader = false } = options;
  const asked: Asked[] = [];
  const answers: (() => Response | Promise<Response>)[] = [];
  let gate: Promise<void> = Promise.resolve();
  const fetch: FetchLike = async (input, init = {}) => {
    const body = JSON.parse(String(init.body));
    asked.push({ url: String(input), init, body });
    const serial = asked.length;
    await gate;
    const answer = answers.shift();
    if (answer) return answer();
    const iat = Math.floor(now() / 1000);
    const exp = iat + lifetimeMs / 1000;
    const token = opaque ? `opaque-${serial}` : createJwt({ iat, exp, jti: serial });
    const expiration = new Date(exp * 1000).toISOString();
    return Response.json(
      { token, expiration, groupId: body.groupid },
      dateHeader ? { headers: { date: new Date(now()).toUTCString() } } : {},
    );
  };
  return {
    fetch,
    asked,
    answers,
    hold() {
      let open = (): void => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return () => open();
    },
  };
}

/** A storage that several clients share, as tabs share `localStorage`. */
export class SharedStorage {
  readonly entries = new Map<string, string>();
  readonly getItem = (key: string): string | null => this.entries.get(key) ?? null;
  readonly setItem = (key: string, value: string): void => void this.entries.set(key, value);
  readonly removeItem = (key: string): void => void this.entries.delete(key);
  readonly keys = (): readonly string[] => [...this.entries.keys()];

  /** Names of the entries that hold tokens. */
  get tokenKeys(): readonly string[] {
    return this.keys().filter((key) => key.startsWith('mandate-client:1:'));
  }
}

/** Web Locks as the tabs of one browser share them. */
export function createLockManager(): LockManagerLike {
  const tails = new Map<string, Promise<unknown>>();
  return {
    request(name, { signal, ifAvailable }, run) {
      const turn = tails.get(name);
      if (turn !== undefined && ifAvailable) return Promise.resolve(run(null));
      const aborted = new Promise<never>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
      const result = Promise.race([turn ?? Promise.resolve(), aborted]).then(() => run({}));
      const tail = Promise.allSettled([turn, result]).then(() => {
        if (tails.get(name) === tail) tails.delete(name);
      });
      tails.set(name, tail);
      return result;
    },
  };
}

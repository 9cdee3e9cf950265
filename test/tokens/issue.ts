import {
  createMemoryTokenStore,
  createTokenAuthority,
  createTokenVerifier,
  type IssuedToken,
  type NewToken,
  type TokenStore,
  type TokenVerifierOptions,
} from '@mandate/tokens';
import { NOW } from '../../packages/tokens/src/testing/records.js';

export const SUPER_ADMIN = { subject: 'root@example.com', isSuperAdmin: true };
export const ADMIN = { subject: 'admin@example.com', isSuperAdmin: false };

/** A `USER` token, unless said otherwise. */
export function describeToken(overrides: Partial<NewToken> = {}): NewToken {
  const user = { permission: 'USER', userEmail: 'ada@example.com' } as const;
  return { description: 'nightly import', scopes: ['SEARCH'], ...user, ...overrides };
}

/** A clock that only advances by a call. */
export class Clock {
  ms = NOW.getTime();
  readonly now = () => this.ms;

  pass(seconds: number): void {
    this.ms += 1000 * seconds;
  }
}

/** A store in memory that answers later, counts, and fails or hangs on demand. */
export class WatchedStore implements TokenStore {
  readonly inner = createMemoryTokenStore();
  finds = 0;
  touches: ReadonlyMap<string, Date>[] = [];
  connected = true;
  /** What happens before an answer. */
  before: () => Promise<unknown> = async () => {};
  readonly insert = this.inner.insert.bind(this.inner);
  readonly get = this.inner.get.bind(this.inner);
  readonly list = this.inner.list.bind(this.inner);
  readonly count = this.inner.count.bind(this.inner);
  readonly revoke = this.inner.revoke.bind(this.inner);
  readonly rotate = this.inner.rotate.bind(this.inner);
  readonly describe = this.inner.describe.bind(this.inner);
  readonly rehash = this.inner.rehash.bind(this.inner);
  readonly audit = this.inner.audit.bind(this.inner);
  readonly onChange = this.inner.onChange.bind(this.inner);
  readonly isConnected = () => this.connected;

  /** Reads first and answers later, as a database does. */
  async find(hashes: readonly string[]) {
    this.finds++;
    const found = await this.inner.find(hashes);
    await this.before();
    return found;
  }

  async touch(used: ReadonlyMap<string, Date>) {
    this.touches.push(used);
    await this.inner.touch(used);
  }
}

/** All there is to issued tokens, on one store and one clock. */
export function createIssuing(options: Partial<TokenVerifierOptions> = {}) {
  const clock = new Clock();
  const store = new WatchedStore();
  const authority = createTokenAuthority({ store, now: clock.now });
  const verifier = createTokenVerifier({ store, now: clock.now, ...options });
  const issue = (overrides?: Partial<NewToken>): Promise<IssuedToken> =>
    authority.create(describeToken(overrides), SUPER_ADMIN);
  return { clock, store, authority, verifier, issue };
}

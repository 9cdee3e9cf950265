import { Generations } from '@mandate/internal/generations';
import type { TokenChange } from '../store/token-store.js';
import type { CachedToken } from './cached-token.js';

/** How many unknown tokens are cached. Each has a valid checksum, so it was made deliberately. */
const MAX_UNKNOWN = 1000;

/** More changes than can happen during one look-up. */
const MAX_CHANGES = 1000;

/**
 * Caches the results of recent look-ups, at most `capacity`. Unknown tokens are kept apart, so that a flood
 * of them cannot evict the issued ones.
 */
export class TokenCache {
  readonly #issued: Generations<CachedToken>;
  readonly #unknown = new Generations<CachedToken>(MAX_UNKNOWN);
  readonly #changes: TokenChange[] = [];
  #droppedChanges = 0;

  constructor(capacity: number) {
    this.#issued = new Generations(capacity);
  }

  get(field: string): CachedToken | undefined {
    return this.#issued.get(field) ?? this.#unknown.get(field);
  }

  set(cached: CachedToken): void {
    (cached.record === undefined ? this.#unknown : this.#issued).set(cached.field, cached);
  }

  /** Counts the changes so far, for {@link hasChangedSince}. */
  countChanges(): number {
    return this.#droppedChanges + this.#changes.length;
  }

  /** Whether the token was changed, or may have been changed, since `countChanges` returned `count`. */
  hasChangedSince(count: number, id: string): boolean {
    if (count < this.#droppedChanges) return true;
    const since = this.#changes.slice(count - this.#droppedChanges);
    return since.includes(id) || since.includes(undefined);
  }

  /** Drops a changed token, or all issued tokens. */
  invalidate(change: TokenChange): void {
    this.#changes.push(change);
    if (this.#changes.length > MAX_CHANGES) {
      this.#changes.shift();
      this.#droppedChanges++;
    }
    if (change === undefined) this.#issued.clear();
    else this.#issued.deleteIf((cached) => cached.record?.id === change);
  }
}

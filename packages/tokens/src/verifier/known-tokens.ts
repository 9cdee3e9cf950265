import { Generations } from '@mandate/internal/generations';
import type { TokenChange } from '../store/token-store.js';
import type { KnownToken } from './known-token.js';

/** How many unknown tokens are remembered. They have a valid checksum, so they were made on purpose. */
const MAX_UNKNOWN = 1000;

/** More changes than happen while one look-up is under way. */
const KEPT_CHANGES = 1000;

/**
 * The results of recent look-ups, at most `capacity`. Unknown tokens are kept apart, so that a flood of
 * them cannot push the issued ones out.
 */
export class KnownTokens {
  readonly #issued: Generations<KnownToken>;
  readonly #unknown = new Generations<KnownToken>(MAX_UNKNOWN);
  readonly #changes: TokenChange[] = [];
  #forgottenChanges = 0;

  constructor(capacity: number) {
    this.#issued = new Generations(capacity);
  }

  get(field: string): KnownToken | undefined {
    return this.#issued.get(field) ?? this.#unknown.get(field);
  }

  set(known: KnownToken): void {
    (known.record === undefined ? this.#unknown : this.#issued).set(known.field, known);
  }

  /** A mark to ask {@link changedSince} with. */
  mark(): number {
    return this.#forgottenChanges + this.#changes.length;
  }

  /** Whether that token was changed since the mark, or may have been. */
  changedSince(mark: number, id: string): boolean {
    if (mark < this.#forgottenChanges) return true;
    const since = this.#changes.slice(mark - this.#forgottenChanges);
    return since.includes(id) || since.includes(undefined);
  }

  /** Forgets a token, or all of them. */
  forget(change: TokenChange): void {
    this.#changes.push(change);
    if (this.#changes.length > KEPT_CHANGES) {
      this.#changes.shift();
      this.#forgottenChanges++;
    }
    if (change === undefined) this.#issued.clear();
    else this.#issued.deleteIf((known) => known.record?.id === change);
  }
}

import type { TokenChange } from '../store/token-store.js';
import type { KnownToken } from './known-token.js';

/** How many secrets that do not exist are remembered: those with a right checksum, so made on purpose. */
const MAX_UNKNOWN = 1000;

/** More changes than happen while one look-up is under way. */
const KEPT_CHANGES = 1000;

/**
 * The tokens that were looked up of late, at most `capacity`, and what is known of them. Unknown ones
 * are kept apart, so that a flood of them cannot push the good ones out.
 *
 * Two generations each: when the young one is full it becomes the old one, and the old one is
 * forgotten, except for what was asked for meanwhile.
 */
export class KnownTokens {
  readonly #issued: Generations;
  readonly #unknown = new Generations(MAX_UNKNOWN);
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

class Generations {
  readonly #half: number;
  #young = new Map<string, KnownToken>();
  #old = new Map<string, KnownToken>();

  constructor(capacity: number) {
    this.#half = Math.ceil(capacity / 2);
  }

  get(field: string): KnownToken | undefined {
    const young = this.#young.get(field);
    if (young !== undefined) return young;
    const old = this.#old.get(field);
    if (old !== undefined) this.set(field, old);
    return old;
  }

  set(field: string, known: KnownToken): void {
    if (this.#half === 0) return;
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(field, known);
  }

  /** Walks all of it: changes are rare, and an index would have to be kept in step on every request. */
  deleteIf(matches: (known: KnownToken) => boolean): void {
    for (const generation of [this.#young, this.#old]) {
      for (const [field, known] of generation) if (matches(known)) generation.delete(field);
    }
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}

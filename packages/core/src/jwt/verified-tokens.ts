import type { KeySet, VerificationKey } from '../keys/key-set.js';
import type { Principal } from '../principal.js';

/** A token whose signature and claims were found good, and what that rests on. */
export interface VerifiedToken {
  /** The credentials' field that it came in. */
  readonly field: string;
  readonly principal: Principal;
  readonly key: VerificationKey;
  readonly keys: KeySet;
  /** Milliseconds: before and from when on the token has to be verified again. */
  readonly validFromMs: number;
  readonly validUntilMs: number;
}

/**
 * Long enough to be unique among signatures (72 bits), short enough to hash in no time: V8 copies up to
 * 12 characters, and makes of more a view that costs twice as much to look up.
 */
const TAIL = 12;

/**
 * The tokens that were verified of late, at most `capacity` (rounded up to an even number). Only
 * verified tokens enter, so a flood of forged ones cannot push the good ones out.
 *
 * Two generations: when the young one is full it becomes the old one, and the old one is forgotten,
 * except for the tokens that were asked for meanwhile.
 */
export class VerifiedTokens {
  readonly #halfCapacity: number;
  #young = new Map<string, VerifiedToken>();
  #old = new Map<string, VerifiedToken>();

  constructor(capacity: number) {
    this.#halfCapacity = Math.ceil(capacity / 2);
  }

  /**
   * Looks a token up by the end of its signature, then compares all of it: hashing the whole token
   * would be most of what a look-up costs.
   */
  get(field: string): VerifiedToken | undefined {
    const tail = field.slice(-TAIL);
    const young = this.#young.get(tail);
    if (young !== undefined) return young.field === field ? young : undefined;
    const old = this.#old.get(tail);
    if (old === undefined || old.field !== field) return undefined;
    this.#put(tail, old);
    return old;
  }

  set(verified: VerifiedToken): void {
    this.#put(verified.field.slice(-TAIL), verified);
  }

  #put(tail: string, verified: VerifiedToken): void {
    if (this.#halfCapacity === 0) return;
    if (this.#young.size >= this.#halfCapacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(tail, verified);
  }
}

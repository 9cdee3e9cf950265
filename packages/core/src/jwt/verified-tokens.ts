import { Generations } from '@mandate/internal/generations';
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
 * Characters of the signature by which a token is looked up: enough to be unique (72 bits), and no more
 * than V8 copies. A longer slice is a view of the token that takes twice as long to look up.
 */
const TAIL = 12;

/**
 * The recently verified tokens, at most `capacity`. Only verified tokens enter, so a flood of forged ones
 * cannot push the good ones out.
 */
export class VerifiedTokens {
  readonly #tokens: Generations<VerifiedToken>;

  constructor(capacity: number) {
    this.#tokens = new Generations(capacity);
  }

  /**
   * Looks a token up by the end of its signature, then compares all of it: hashing the whole token would
   * be most of the cost of a look-up.
   */
  get(field: string): VerifiedToken | undefined {
    const verified = this.#tokens.get(field.slice(-TAIL));
    return verified?.field === field ? verified : undefined;
  }

  set(verified: VerifiedToken): void {
    this.#tokens.set(verified.field.slice(-TAIL), verified);
  }
}

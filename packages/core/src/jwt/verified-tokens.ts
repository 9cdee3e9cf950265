import { Generations } from '@mandate/internal/generations';
import type { AuthRequest } from '../auth-request.js';
import type { KeySet, VerificationKey } from '../keys/key-set.js';
import type { Principal } from '../principal.js';

/** A token whose signature and claims were verified, and what that depends on. */
export class VerifiedToken {
  /** The cache that holds the token. */
  readonly owner: VerifiedTokens;
  /** The credentials' field that the token came in. */
  readonly field: string;
  readonly principal: Principal;
  readonly #key: VerificationKey;
  readonly #keys: KeySet;
  readonly #fromMs: number;
  readonly #untilMs: number;

  constructor(owner: VerifiedTokens, field: string, verified: Verified) {
    this.owner = owner;
    this.field = field;
    this.principal = verified.principal;
    this.#key = verified.key;
    this.#keys = verified.keys;
    this.#fromMs = verified.fromMs;
    this.#untilMs = verified.untilMs;
  }

  /** Whether the token need not be verified again: it is not expired, and its key not withdrawn. */
  isValidAt(nowMs: number, request: AuthRequest): boolean {
    return (
      nowMs < this.#untilMs &&
      nowMs >= this.#fromMs &&
      !this.#key.withdrawn &&
      this.#keys.isCurrent(request)
    );
  }
}

export interface Verified {
  readonly principal: Principal;
  readonly key: VerificationKey;
  readonly keys: KeySet;
  /** Milliseconds. Before `fromMs` and from `untilMs` on, the token must be verified again. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * Characters of the signature by which a token is looked up: enough to be unique (72 bits), and no more
 * than V8 copies. A longer slice is a view of the token that takes twice as long to look up.
 */
const TAIL = 12;

/**
 * The recently verified tokens, at most `capacity`. Only verified tokens are added, so a flood of forged tokens
 * cannot evict valid ones.
 */
export class VerifiedTokens {
  readonly #tokens: Generations<VerifiedToken>;

  constructor(capacity: number) {
    this.#tokens = new Generations(capacity);
  }

  /**
   * Looks up a token by the end of its signature and then compares the whole token, because hashing the whole
   * token would be most of the cost.
   */
  get(field: string): VerifiedToken | undefined {
    const verified = this.#tokens.get(field.slice(-TAIL));
    return verified?.field === field ? verified : undefined;
  }

  set(field: string, verified: Verified): void {
    this.#tokens.set(field.slice(-TAIL), new VerifiedToken(this, field, verified));
  }
}

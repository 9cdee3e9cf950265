import { Generations } from '@mandate/internal/generations';

/** The period in which a result is valid, in Unix milliseconds. Before it, the clock was set back. */
export interface RememberedTime {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A remembered result about a token. */
export class RememberedToken<Value> {
  /** The cache that holds it. */
  readonly owner: RememberedTokens<Value>;
  /** The credentials' field that the token came in. */
  readonly field: string;
  readonly value: Value;
  readonly #time: RememberedTime;

  constructor(owner: RememberedTokens<Value>, field: string, value: Value, time: RememberedTime) {
    this.owner = owner;
    this.field = field;
    this.value = value;
    this.#time = time;
  }

  isValidAt(nowMs: number): boolean {
    return nowMs < this.#time.untilMs && nowMs >= this.#time.fromMs;
  }
}

/**
 * Tokens are looked up by their last characters, and then compared whole, because hashing a whole token
 * costs more.
 */
const TAIL = 24;

/** The results about the most recent tokens, at most `capacity`. */
export class RememberedTokens<Value> {
  readonly #tokens: Generations<RememberedToken<Value>>;

  constructor(capacity: number) {
    this.#tokens = new Generations(capacity);
  }

  get(field: string): RememberedToken<Value> | undefined {
    const known = this.#tokens.get(field.slice(-TAIL));
    return known?.field === field ? known : undefined;
  }

  set(field: string, value: Value, time: RememberedTime): void {
    this.#tokens.set(field.slice(-TAIL), new RememberedToken(this, field, value, time));
  }
}

import { type AgingToken, isCurrent, toAgingToken } from './aging-token.js';
import { type GivenTokenOptions, toGivenToken } from './given-token.js';
import { readPageToken } from './page-token.js';
import { type IssuedToken, isToken } from './token-answer.js';

/** The token that a script set, and before that the one that the page carries. */
export class GivenTokens {
  readonly #elementId: string | null;
  readonly #now: () => number;
  #set: AgingToken | undefined;
  #page: AgingToken | undefined;
  /** The value of the attribute that no longer counts; another value would. */
  #dropped: string | undefined;

  constructor(elementId: string | null, now: () => number) {
    this.#elementId = elementId;
    this.#now = now;
  }

  /** The token to use, unless it is about to expire. */
  readCurrent(marginMs: number): IssuedToken | undefined {
    const given = [this.#set, this.#readPage()];
    return given.find((one) => one && isCurrent(one, this.#now(), marginMs))?.issued;
  }

  set(token: string, options: GivenTokenOptions): void {
    this.#set = this.#take(token, options);
  }

  /** Neither counts any more. */
  drop(): void {
    this.#set = undefined;
    this.#dropped = readPageToken(this.#elementId);
  }

  /** That token was refused. */
  dropRefused(token: string): void {
    if (this.#set?.issued.token === token) this.#set = undefined;
    if (readPageToken(this.#elementId) === token) this.#dropped = token;
  }

  #readPage(): AgingToken | undefined {
    const token = readPageToken(this.#elementId);
    if (token === undefined || token === this.#dropped || !isToken(token)) return undefined;
    if (this.#page?.issued.token !== token) this.#page = this.#take(token, {});
    return this.#page;
  }

  #take(token: string, options: GivenTokenOptions): AgingToken {
    const nowMs = this.#now();
    return toAgingToken(toGivenToken(token, nowMs, options), nowMs);
  }
}

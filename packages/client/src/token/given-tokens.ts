import { type AgingToken, isCurrent, toAgingToken } from './aging-token.js';
import { type SetTokenOptions, toGivenToken } from './given-token.js';
import { getPageToken } from './page-token.js';
import { isToken, type TimedToken } from './token-answer.js';

/** The token that a script set, which comes first, and the token that the page carries. */
export class GivenTokens {
  readonly #elementId: string | null;
  readonly #now: () => number;
  #set: AgingToken | undefined;
  #page: AgingToken | undefined;
  /** The value of the attribute that is ignored until the attribute changes. */
  #dropped: string | undefined;

  constructor(elementId: string | null, now: () => number) {
    this.#elementId = elementId;
    this.#now = now;
  }

  /** The token to use, unless it is about to expire. */
  getCurrent(marginMs: number): TimedToken | undefined {
    const given = [this.#set, this.#getPage()];
    return given.find((one) => one && isCurrent(one, this.#now(), marginMs))?.token;
  }

  set(token: string, options: SetTokenOptions): void {
    this.#set = this.#toAging(token, options);
  }

  /** Drops both tokens. */
  drop(): void {
    this.#set = undefined;
    this.#dropped = getPageToken(this.#elementId);
  }

  /** Drops a token that a server rejected. */
  dropRefused(token: string): void {
    if (this.#set?.token.token === token) this.#set = undefined;
    if (getPageToken(this.#elementId) === token) this.#dropped = token;
  }

  #getPage(): AgingToken | undefined {
    const token = getPageToken(this.#elementId);
    if (token === undefined || token === this.#dropped || !isToken(token)) return undefined;
    if (this.#page?.token.token !== token) this.#page = this.#toAging(token, {});
    return this.#page;
  }

  #toAging(token: string, options: SetTokenOptions): AgingToken {
    const nowMs = this.#now();
    return toAgingToken(toGivenToken(token, nowMs, options), nowMs);
  }
}

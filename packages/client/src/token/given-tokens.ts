import { type GivenTokenOptions, toGivenToken } from './given-token.js';
import { readPageToken } from './page-token.js';
import { type IssuedToken, isToken } from './token-answer.js';

/** The token that a script set, and before that the one that the page carries. */
export class GivenTokens {
  readonly #elementId: string | null;
  readonly #now: () => number;
  readonly #elapsed = () => performance.now();
  #set: Given | undefined;
  #page: Given | undefined;
  /** The value of the attribute that no longer counts; another value would. */
  #dropped: string | undefined;

  constructor(elementId: string | null, now: () => number) {
    this.#elementId = elementId;
    this.#now = now;
  }

  /** The token to use, unless it is about to expire. */
  readCurrent(marginMs: number): IssuedToken | undefined {
    const set = this.#set;
    if (set !== undefined && this.#isCurrent(set, marginMs)) return set.issued;
    const page = this.#readPage();
    return page !== undefined && this.#isCurrent(page, marginMs) ? page.issued : undefined;
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

  #readPage(): Given | undefined {
    const token = readPageToken(this.#elementId);
    if (token === undefined || token === this.#dropped || !isToken(token)) return undefined;
    if (this.#page?.issued.token !== token) this.#page = this.#take(token, {});
    return this.#page;
  }

  #take(token: string, options: GivenTokenOptions): Given {
    return { issued: toGivenToken(token, this.#now(), options), takenAtMs: this.#elapsed() };
  }

  #isCurrent({ issued, takenAtMs }: Given, marginMs: number): boolean {
    const ageMs = Math.max(this.#now() - issued.receivedAtMs, this.#elapsed() - takenAtMs);
    return issued.lifetimeMs - ageMs > Math.min(marginMs, issued.lifetimeMs / 4);
  }
}

interface Given {
  readonly issued: IssuedToken;
  /** By the monotonic clock, which nobody sets back. */
  readonly takenAtMs: number;
}

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a form's token is worth: good for once, spent, or not (any more) one of this admin's. */
export type Claim = 'granted' | 'spent' | 'refused';

const LIFE_MS = 12 * 3600 * 1000;
/** More forms than admins send in the life of one; the oldest are forgotten first. */
const MAX_SPENT = 10_000;

/**
 * Tokens that forms carry, so that only a form that this admin was shown can change something, and only
 * once: sending it again, as a reload does, would make a second secret.
 *
 * A token is signed together with the admin's name. Nothing is kept of those that are out, and nothing
 * in the browser: there is no cookie that a sub-domain could overwrite.
 */
export class FormTokens {
  readonly #key: Uint8Array;
  readonly #now: () => number;
  /** Insertion order is the order of time. */
  readonly #spent = new Set<string>();

  constructor(key: Uint8Array, now: () => number) {
    this.#key = key;
    this.#now = now;
  }

  /** A token for one form, good for twelve hours. */
  create(subject: string): string {
    const body = `${this.#now().toString(36)}.${randomBytes(16).toString('base64url')}`;
    return `${body}.${this.#sign(body, subject)}`;
  }

  /** Spends a token, if it is good. */
  claim(token: string, subject: string): Claim {
    const end = token.lastIndexOf('.');
    const body = token.slice(0, Math.max(end, 0));
    if (!isEqual(token.slice(end + 1), this.#sign(body, subject))) return 'refused';
    // Below zero where the clock of the process that showed it is ahead of this one's.
    const ageMs = this.#now() - Number.parseInt(body, 36);
    if (!(ageMs < LIFE_MS)) return 'refused';
    if (this.#spent.has(body)) return 'spent';
    const [oldest] = this.#spent;
    if (oldest !== undefined && this.#spent.size >= MAX_SPENT) this.#spent.delete(oldest);
    this.#spent.add(body);
    return 'granted';
  }

  /** Makes a token good again whose form changed nothing. */
  release(token: string): void {
    this.#spent.delete(token.slice(0, token.lastIndexOf('.')));
  }

  #sign(body: string, subject: string): string {
    const text = JSON.stringify(['mandate form', subject, body]);
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

function isEqual(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

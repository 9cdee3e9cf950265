import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Whether a form token is valid, was used before, or is expired or not this administrator's. */
export type Claim = 'granted' | 'spent' | 'invalid';

const LIFETIME_MS = 12 * 3600 * 1000;
/** More forms than administrators submit in twelve hours. The oldest entries are dropped first. */
const MAX_SPENT = 10_000;

/**
 * Issues and checks the tokens of forms. Only a form that was rendered for this administrator can change
 * something, and only once, because resubmitting it, as a reload does, would create a second secret.
 *
 * A token is signed together with the administrator's subject. Unused tokens are stored neither here nor
 * in a cookie, which a sub-domain could overwrite.
 */
export class FormTokens {
  readonly #key: Uint8Array;
  readonly #now: () => number;
  /** In the order in which they were spent. */
  readonly #spent = new Set<string>();

  constructor(key: Uint8Array, now: () => number) {
    this.#key = key;
    this.#now = now;
  }

  /** A token for one form, valid for twelve hours. */
  create(subject: string): string {
    const body = `${this.#now().toString(36)}.${randomBytes(16).toString('base64url')}`;
    return `${body}.${this.#sign(body, subject)}`;
  }

  /** Spends a valid token. */
  claim(token: string, subject: string): Claim {
    const end = token.lastIndexOf('.');
    const body = token.slice(0, Math.max(end, 0));
    if (!isEqual(token.slice(end + 1), this.#sign(body, subject))) return 'invalid';
    // Negative if the clock of the process that rendered the form is ahead of this one.
    const ageMs = this.#now() - Number.parseInt(body, 36);
    if (!(ageMs < LIFETIME_MS)) return 'invalid';
    if (this.#spent.has(body)) return 'spent';
    const [oldest] = this.#spent;
    if (oldest !== undefined && this.#spent.size >= MAX_SPENT) this.#spent.delete(oldest);
    this.#spent.add(body);
    return 'granted';
  }

  /** Makes a spent token valid again, because its form changed nothing. */
  release(token: string): void {
    this.#spent.delete(token.slice(0, token.lastIndexOf('.')));
  }

  #sign(body: string, subject: string): string {
    const text = JSON.stringify(['mandate form', subject, body]);
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

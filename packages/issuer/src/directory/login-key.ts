import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { checkOptions } from '@mandate/internal/check-options';

/** The user of a login key, and the secret that signs it. */
export interface NewLoginKey {
  /** The group's id. */
  readonly partnerId: string | number;
  /** The customer's own id of the user, 1 to 255 characters. */
  readonly partnerUserId: string;
  /** The group's API key. */
  readonly apiKey: string;
  /** When the key expires, at most a day ahead. Fractions of a second are cut off. */
  readonly expiresAt: Date;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** What a login key must match. */
export interface LoginKeyExpectation {
  readonly partnerId: string | number;
  readonly partnerUserId: string;
  /** The active API keys of that group and of no other. An empty list rejects every login key. */
  readonly apiKeys: readonly string[];
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

export type LoginKeyVerdict = 'valid' | 'expired' | 'too_long' | 'bad_signature';

/** The latest expiry of a login key, in seconds from now. */
export const MAX_LOGIN_KEY_SECONDS = 24 * 3600;

const VERSION = '1';
const SHAPE = /^\$1\$([1-9]\d{0,11})\$([A-Za-z0-9_-]{43})$/;

/**
 * Checked for groups without API keys, so that they cost the same time. Its value is never
 * revealed.
 */
let unknownApiKey: string | undefined;

/** Made on first use, because Workers allow no randomness while a module loads. */
function getUnknownApiKey(): string {
  unknownApiKey ??= randomBytes(32).toString('hex');
  return unknownApiKey;
}

/**
 * Creates a login key (`$1$<expiry>$<signature>`, the Glance format). Do it on a server: anyone who
 * has the API key can log in as every user of the group.
 *
 * @throws TypeError if an option is unknown, the expiry is not within the next day, or an id or the
 * API key is empty or too long.
 *
 * @example
 * const loginkey = createLoginKey({
 *   partnerId: 12345,
 *   partnerUserId: 'agent-7',
 *   apiKey: 'the API key of group 12345',
 *   expiresAt: new Date(Date.now() + 60_000),
 * });
 */
export function createLoginKey(options: NewLoginKey): string {
  checkOptions<NewLoginKey>('createLoginKey', options, {
    partnerId: true,
    partnerUserId: true,
    apiKey: true,
    expiresAt: true,
    now: true,
  });
  const { partnerId, partnerUserId, apiKey, expiresAt } = options;
  const nowSeconds = (options.now ?? Date.now)() / 1000;
  const expiry = Math.floor(expiresAt.getTime() / 1000);
  if (!(expiry > nowSeconds && expiry <= nowSeconds + MAX_LOGIN_KEY_SECONDS)) {
    throw new TypeError('createLoginKey: expiresAt must be within the next 24 hours');
  }
  if (String(partnerId) === '') throw new TypeError('createLoginKey: partnerId must not be empty');
  if (partnerUserId === '' || partnerUserId.length > 255) {
    throw new TypeError('createLoginKey: partnerUserId must have 1 to 255 characters');
  }
  if (apiKey === '') throw new TypeError('createLoginKey: apiKey must not be empty');
  const signature = sign({ partnerId, partnerUserId }, String(expiry), apiKey);
  return `$${VERSION}$${expiry}$${signature}`;
}

/**
 * Verifies a login key. The signature is compared in constant time with every API key, even after a
 * match. A key of another format counts as badly signed.
 *
 * A login key can be used repeatedly by anyone who sees it, until it expires.
 *
 * @example
 * const verdict = verifyLoginKey('$1$2000000000$signature', {
 *   partnerId: 12345,
 *   partnerUserId: 'agent-7',
 *   apiKeys: ['the API key of group 12345'],
 * }); // 'bad_signature'
 */
export function verifyLoginKey(loginKey: string, expected: LoginKeyExpectation): LoginKeyVerdict {
  const { apiKeys, now = Date.now } = expected;
  const [, expiry = '0', signature = ''] = SHAPE.exec(loginKey) ?? [];
  const isSigned = hasSignature(signature, expiry, expected, apiKeys);
  if (signature === '') return 'bad_signature';
  const nowSeconds = now() / 1000;
  if (nowSeconds >= Number(expiry)) return 'expired';
  if (Number(expiry) > nowSeconds + MAX_LOGIN_KEY_SECONDS) return 'too_long';
  return isSigned ? 'valid' : 'bad_signature';
}

type Identity = Pick<LoginKeyExpectation, 'partnerId' | 'partnerUserId'>;

function hasSignature(
  signature: string,
  expiry: string,
  identity: Identity,
  apiKeys: readonly string[],
): boolean {
  const given = Buffer.from(signature.padEnd(43, '='));
  // Anyone can sign with an empty key, which a custom directory might return.
  const secret = apiKeys.filter((apiKey) => apiKey !== '');
  const unknown = getUnknownApiKey();
  const tried = secret.length === 0 ? [unknown] : secret;
  let fits = false;
  for (const apiKey of tried) {
    // Compares the text and not its bytes, so that a signature has only one spelling.
    const isEqual = timingSafeEqual(Buffer.from(sign(identity, expiry, apiKey)), given);
    fits = fits || (isEqual && apiKey !== unknown);
  }
  return fits;
}

/**
 * Signs without delimiters, as the format demands: group `12` with user `3x` signs like group `123`
 * with user `x`. That is harmless only if no two groups share an API key, so directories must
 * reject that.
 */
function sign({ partnerId, partnerUserId }: Identity, expiry: string, apiKey: string): string {
  const message = `${partnerId}${partnerUserId}${VERSION}${expiry}`;
  return createHmac('sha256', apiKey).update(message, 'utf8').digest('base64url');
}

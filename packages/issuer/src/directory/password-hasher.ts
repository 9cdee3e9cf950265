import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { checkNumber } from '@mandate/internal/check-number';
import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import { BoundedQueue } from './bounded-queue.js';

/** Hashes and verifies passwords. */
export interface PasswordHasher {
  /** @returns a text that contains the salt and the cost. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password matches the hash. Without a hash it returns `false` after the same work. A
   * hash of a lower cost takes the same work too, so the response time does not reveal whether
   * there is a hash.
   */
  verify(password: string, hash: string | undefined): Promise<boolean>;
  /**
   * Hashes a correct password again if its stored hash took less work than new ones do. Returns
   * `undefined` if the stored hash is good.
   */
  renew(password: string, hash: string): Promise<string | undefined>;
}

export interface PasswordHasherOptions {
  /** Each step doubles time and memory: 2^cost blocks of 1 KiB. 10 to 20, default 15 (32 MiB). */
  readonly cost?: number | undefined;
  /** Repeats the whole computation: multiplies the time, but not the memory. 1 to 16, default 3. */
  readonly parallelization?: number | undefined;
  /**
   * Hashes computed at once, each on one of four threads of Node's pool and with its own memory.
   * Default 2, which leaves two threads for files, DNS and signatures.
   */
  readonly concurrency?: number | undefined;
  /** Checks that may wait; more are rejected immediately with `service_error`. Default 64. */
  readonly maxWaiting?: number | undefined;
  /** Replaces scrypt of `node:crypto`, for example to count calls in tests. */
  readonly derive?: DeriveKey | undefined;
  /** Returns random bytes for salts. Default: those of `node:crypto`. */
  readonly random?: ((bytes: number) => Uint8Array) | undefined;
}

/** Derives a key from a password with scrypt (RFC 7914). */
export type DeriveKey = (
  password: string,
  salt: Uint8Array,
  options: ScryptOptions,
) => Promise<Uint8Array>;

interface ParsedHash {
  readonly cost: number;
  readonly parallelization: number;
  readonly salt: Uint8Array;
  readonly key: Uint8Array;
}

const KEY_BYTES = 32;
const BLOCK_SIZE = 8;
const HASH = /^\$scrypt\$ln=(\d+),r=8,p=(\d+)\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/;

const OPTIONS: OptionNames<PasswordHasherOptions> = {
  cost: true,
  parallelization: true,
  concurrency: true,
  maxWaiting: true,
  derive: true,
  random: true,
};

/**
 * Creates a password hasher on Node's scrypt, with the parameters that OWASP recommends where
 * memory is limited (N=2^15, r=8, p=3). There is no binary to install, and hashing does not block
 * the event loop.
 *
 * @throws TypeError if an option is unknown, or not a whole number in its range.
 *
 * @example
 * const passwords = createPasswordHasher({ cost: 16, concurrency: 1 });
 * const hash = await passwords.hash('a long one');
 * await passwords.verify('a long one', hash); // true
 */
export function createPasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  checkOptions<PasswordHasherOptions>('createPasswordHasher', options, OPTIONS);
  const { cost = 15, parallelization = 3, concurrency = 2, maxWaiting = 64 } = options;
  checkRanges({ cost, parallelization, concurrency, maxWaiting });
  const queue = new BoundedQueue(concurrency, maxWaiting);
  const { derive = deriveWithScrypt, random = randomBytes } = options;

  const compute = (password: string, { cost, parallelization, salt }: Omit<ParsedHash, 'key'>) =>
    // Unicode has two ways to type some passwords.
    derive(password.normalize('NFC'), salt, toScrypt(cost, parallelization));

  let unknown: ParsedHash | undefined;
  /**
   * The hash that unknown users are checked against. No password has this key. Made on first use, because Workers
   * allow no randomness while a module loads.
   */
  const getUnknown = (): ParsedHash => {
    unknown ??= { cost, parallelization, salt: random(16), key: random(KEY_BYTES) };
    return unknown;
  };

  const hash = async (password: string): Promise<string> => {
    const salt = random(16);
    const key = await queue.run(() => compute(password, { cost, parallelization, salt }));
    return `$scrypt$ln=${cost},r=${BLOCK_SIZE},p=${parallelization}$${toText(salt)}$${toText(key)}`;
  };

  return {
    hash,
    // Compares the work and not each number; otherwise two instances with different settings would
    // rehash in turns.
    renew: async (password, stored) =>
      toWork(parseHash(stored)) < toWork({ cost, parallelization }) ? hash(password) : undefined,
    async verify(password, stored) {
      const parsed = stored === undefined ? getUnknown() : parseHash(stored);
      return queue.run(async () => {
        const key = await compute(password, parsed);
        if (timingSafeEqual(key, parsed.key) && parsed !== unknown) return true;
        // An older hash took less work. Without the difference, the response time would reveal that
        // there is a hash.
        const rest = Math.round(
          (toWork({ cost, parallelization }) - toWork(parsed)) / 2 ** parsed.cost,
        );
        if (rest > 0) await compute(password, { ...parsed, parallelization: rest });
        return false;
      });
    },
  };
}

type Ranged = 'cost' | 'parallelization' | 'concurrency' | 'maxWaiting';

function checkRanges({
  cost,
  parallelization,
  concurrency,
  maxWaiting,
}: Record<Ranged, number>): void {
  for (const [name, value, min, max] of [
    ['cost', cost, 10, 20],
    ['parallelization', parallelization, 1, 16],
    ['concurrency', concurrency, 1, 64],
    ['maxWaiting', maxWaiting, 0, 100_000],
  ] as const) {
    checkNumber(`createPasswordHasher: ${name}`, value, { min, max, isInteger: true });
  }
}

const toWork = ({ cost, parallelization }: Pick<ParsedHash, 'cost' | 'parallelization'>): number =>
  2 ** cost * parallelization;

function toScrypt(cost: number, parallelization: number): ScryptOptions {
  const N = 2 ** cost;
  // Node's default limit is 32 MiB, and it counts a little more than the blocks themselves.
  const maxmem = 128 * BLOCK_SIZE * (N + parallelization + 2);
  return { N, r: BLOCK_SIZE, p: parallelization, maxmem };
}

/**
 * @throws Error if the hash has another format: the directory is damaged, and the password may be
 * correct.
 */
function parseHash(hash: string): ParsedHash {
  const [, cost, parallelization, salt, key] = HASH.exec(hash) ?? [];
  if (salt === undefined || key === undefined) throw new Error('a stored password hash is invalid');
  return {
    cost: Number(cost),
    parallelization: Number(parallelization),
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
}

const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

const deriveWithScrypt: DeriveKey = (password, salt, options) =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { checkOptions } from '@mandate/internal/check-options';
import { BoundedQueue } from './bounded-queue.js';

/** Hashes passwords for storing, and checks them. */
export interface PasswordHasher {
  /** @returns a text that holds the salt and what the hash cost. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the one of that hash. Without a hash the answer is `false` after the same
   * work, and after no less for a hash from when they took less, so that time does not tell whether there
   * is one.
   */
  verify(password: string, hash: string | undefined): Promise<boolean>;
  /**
   * Another hash of a password that was right, if the stored one took less work than new ones do;
   * `undefined` if it is good.
   */
  renew(password: string, hash: string): Promise<string | undefined>;
}

export interface PasswordHasherOptions {
  /** Each step doubles time and memory: 2^cost blocks of 1 KiB. 10 to 20, default 15 (32 MiB). */
  readonly cost?: number | undefined;
  /** How often the whole is done: multiplies the time, not the memory. 1 to 16, default 3. */
  readonly parallelization?: number | undefined;
  /**
   * Hashes computed at once, each on a thread of Node's pool of four and with its own memory.
   * Default 2: the rest of the process keeps two threads for files, DNS and signatures.
   */
  readonly concurrency?: number | undefined;
  /** Checks that may wait; more are refused at once with `service_error`. Default 64. */
  readonly maxWaiting?: number | undefined;
  /** Default: the one of `node:crypto`. Another one counts calls in tests. */
  readonly derive?: DeriveKey | undefined;
  /** Random bytes for salts. Default: those of `node:crypto`. */
  readonly random?: ((bytes: number) => Uint8Array) | undefined;
}

/** What scrypt makes of a password (RFC 7914). */
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

/**
 * Passwords by scrypt, with the parameters that OWASP recommends where memory is bounded (N=2^15, r=8,
 * p=3). It is Node's own: no binary to install, and it runs beside the event loop.
 *
 * @throws TypeError if an option is not a whole number of its range.
 */
export function createPasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  checkOptions<PasswordHasherOptions>('createPasswordHasher', options, {
    cost: true,
    parallelization: true,
    concurrency: true,
    maxWaiting: true,
    derive: true,
    random: true,
  });
  const cost = readInteger('cost', options.cost ?? 15, [10, 20]);
  const parallelization = readInteger('parallelization', options.parallelization ?? 3, [1, 16]);
  const queue = new BoundedQueue(
    readInteger('concurrency', options.concurrency ?? 2, [1, 64]),
    readInteger('maxWaiting', options.maxWaiting ?? 64, [0, 100_000]),
  );
  const { derive = deriveWithScrypt, random = randomBytes } = options;

  const compute = (password: string, { cost, parallelization, salt }: Omit<ParsedHash, 'key'>) =>
    // One password may be typed in two ways of Unicode.
    derive(password.normalize('NFC'), salt, toScrypt(cost, parallelization));

  /** What unknown users are checked against. No password has this key. */
  const unknown: ParsedHash = {
    cost,
    parallelization,
    salt: random(16),
    key: random(KEY_BYTES),
  };

  const hash = async (password: string): Promise<string> => {
    const salt = random(16);
    const key = await queue.run(() => compute(password, { cost, parallelization, salt }));
    return `$scrypt$ln=${cost},r=${BLOCK_SIZE},p=${parallelization}$${toText(salt)}$${toText(key)}`;
  };

  return {
    hash,
    // Compared by work and not by each number: two instances with different ones would take turns.
    renew: async (password, stored) =>
      toWork(parseHash(stored)) < toWork({ cost, parallelization }) ? hash(password) : undefined,
    async verify(password, stored) {
      const parsed = stored === undefined ? unknown : parseHash(stored);
      return queue.run(async () => {
        const key = await compute(password, parsed);
        if (timingSafeEqual(key, parsed.key) && parsed !== unknown) return true;
        // An older hash took less work: without the rest, time would tell that there is one.
        const rest = Math.round((toWork(unknown) - toWork(parsed)) / 2 ** parsed.cost);
        if (rest > 0) await compute(password, { ...parsed, parallelization: rest });
        return false;
      });
    },
  };
}

function readInteger(name: string, value: number, [from, to]: readonly [number, number]): number {
  if (Number.isInteger(value) && value >= from && value <= to) return value;
  throw new TypeError(`createPasswordHasher: ${name} must be a whole number, ${from} to ${to}`);
}

const toWork = ({ cost, parallelization }: Pick<ParsedHash, 'cost' | 'parallelization'>): number =>
  2 ** cost * parallelization;

function toScrypt(cost: number, parallelization: number): ScryptOptions {
  const N = 2 ** cost;
  // Node refuses more than 32 MiB unless told, and counts a little more than the blocks themselves.
  const maxmem = 128 * BLOCK_SIZE * (N + parallelization + 2);
  return { N, r: BLOCK_SIZE, p: parallelization, maxmem };
}

/** @throws Error if it is none of ours: the directory is damaged, which is no wrong password. */
function parseHash(hash: string): ParsedHash {
  const [, cost, parallelization, salt, key] = HASH.exec(hash) ?? [];
  if (salt === undefined || key === undefined) throw new Error('a stored password hash is damaged');
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

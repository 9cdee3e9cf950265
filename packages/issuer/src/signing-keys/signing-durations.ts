import { checkNumber } from '@mandate/internal/check-number';

/** How long keys sign, are published and are used without the store, in seconds. */
export interface SigningDurations {
  readonly rotateEverySeconds: number;
  readonly publishAheadSeconds: number;
  readonly refreshSeconds: number;
  readonly maxStaleSeconds: number;
}

const DEFAULTS: SigningDurations = {
  rotateEverySeconds: 30 * 24 * 3600,
  publishAheadSeconds: 3600,
  refreshSeconds: 60,
  maxStaleSeconds: 3600,
};

/** More than 300 years: `Infinity` is rejected. */
const MAX_SECONDS = 1e10;

type GivenDurations = { readonly [Name in keyof SigningDurations]?: number | undefined };

/**
 * @throws TypeError if a duration is not positive, or a key would sign before verifiers have
 * fetched it.
 */
export function toSigningDurations(options: GivenDurations): SigningDurations {
  const names = Object.keys(DEFAULTS) as (keyof SigningDurations)[];
  const entries = names.map((name) => {
    const value = options[name] ?? DEFAULTS[name];
    checkNumber(`createSigningKeys: ${name}`, value, { min: 0.001, max: MAX_SECONDS });
    return [name, value] as const;
  });
  const seconds = Object.fromEntries(entries) as unknown as SigningDurations;
  if (seconds.publishAheadSeconds <= seconds.refreshSeconds) {
    throw new TypeError('createSigningKeys: publishAheadSeconds must exceed refreshSeconds');
  }
  if (seconds.rotateEverySeconds <= seconds.publishAheadSeconds) {
    throw new TypeError('createSigningKeys: rotateEverySeconds must exceed publishAheadSeconds');
  }
  return seconds;
}

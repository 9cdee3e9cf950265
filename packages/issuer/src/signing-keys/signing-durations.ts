/** How long keys sign, are published and may be used without the store, in seconds. */
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

type GivenDurations = { readonly [Name in keyof SigningDurations]?: number | undefined };

/**
 * @throws TypeError if one is not positive, or a key would sign before verifiers had fetched it.
 */
export function readDurations(options: GivenDurations): SigningDurations {
  const names = Object.keys(DEFAULTS) as (keyof SigningDurations)[];
  const entries = names.map((name) => {
    const value = options[name] ?? DEFAULTS[name];
    if (Number.isFinite(value) && value > 0) return [name, value] as const;
    throw new TypeError(`createSigningKeys: ${name} must be a positive number of seconds`);
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

/** Reads the options of one provider from environment variables. */
export interface Settings {
  /** A value that the provider needs. */
  one(name: string): string;
  /** Values that the provider needs, separated by commas. */
  list(name: string): readonly string[];
  /** A value that the provider has a default for. */
  optional(name: string): string | undefined;
}

export interface SettingsReader {
  readonly settings: Settings;
  /** The names of the variables that were needed and are missing or empty. */
  readonly missing: readonly string[];
}

/** Collects what is missing, so that one attempt names every variable. */
export function createSettings(env: NodeJS.ProcessEnv): SettingsReader {
  const missing: string[] = [];
  const one = (name: string): string => {
    const value = env[name] ?? '';
    if (value === '') missing.push(name);
    return value;
  };
  return {
    missing,
    settings: {
      one,
      list: (name) =>
        one(name)
          .split(',')
          .map((value) => value.trim()),
      optional: (name) => env[name],
    },
  };
}

import type { TokenVerifier } from '@mandate/core';
import { createJwtVerifier } from '@mandate/core/jwt';
import { PROVIDERS, TOKEN_HEADERS } from './providers.js';
import { createSettings } from './settings.js';

/** A provider, ready for a guard. */
export interface ConfiguredProvider {
  readonly name: string;
  readonly verifier: TokenVerifier;
  /** The header with the token. */
  readonly header: string;
}

/**
 * Configures the provider that `PROVIDER` names by its variables.
 * @throws TypeError if the name is unknown, or a variable is missing or invalid.
 */
export async function configureProvider(env: NodeJS.ProcessEnv): Promise<ConfiguredProvider> {
  const name = env['PROVIDER'] ?? '';
  const configure = Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name] : undefined;
  if (configure === undefined) {
    throw new TypeError(
      `PROVIDER must be one of ${Object.keys(PROVIDERS).join(', ')}, and not "${name}"`,
    );
  }
  const { settings, missing } = createSettings(env);
  try {
    const configured = await configure(settings);
    if (missing.length === 0) {
      const verifier = 'verify' in configured ? configured : createJwtVerifier(configured);
      return { name, verifier, header: TOKEN_HEADERS[name] ?? 'authorization' };
    }
  } catch (error) {
    // Without a value, the provider complains about the first option only.
    if (missing.length === 0) throw error;
  }
  throw new TypeError(`PROVIDER=${name} needs ${missing.join(', ')}`);
}

import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { type FetchTextOptions, fetchText, parseAnswer } from './fetch-text.js';
import { type PublicKey, toPublicKey } from './jwk.js';
import type { JsonWebKeySet } from './local-key-set.js';

/** The limits of one fetch of a key set. */
export interface FetchLimits {
  readonly timeoutMs: number;
  readonly maxKeys: number;
  readonly maxBytes: number;
}

export interface FetchKeysOptions extends FetchTextOptions {
  readonly maxKeys: number;
  readonly toJwks: ((answer: unknown) => MaybePromise<JsonWebKeySet>) | undefined;
}

/**
 * Fetches a JWK Set and returns its usable keys.
 * @throws Error whose message states what is wrong with the answer and quotes nothing of it.
 */
export async function fetchKeys(
  url: string,
  options: FetchKeysOptions,
): Promise<readonly PublicKey[]> {
  const answer = parseAnswer(await fetchText(url, options));
  const members = getMembers(options.toJwks === undefined ? answer : await options.toJwks(answer));
  if (members.length > options.maxKeys) {
    throw new Error(`the key set has more than ${options.maxKeys} keys (maxKeys)`);
  }
  const keys = members.map(toPublicKey).filter((key) => key !== undefined);
  // Broken servers answer with an empty set. An issuer that withdraws a key publishes a new one.
  if (keys.length === 0) throw new Error('the key set has no usable public key');
  return keys;
}

function getMembers(jwks: unknown): readonly unknown[] {
  const keys = typeof jwks === 'object' && jwks !== null && 'keys' in jwks && jwks.keys;
  if (!Array.isArray(keys)) throw new Error('the key server answered without a JWK Set');
  return keys;
}

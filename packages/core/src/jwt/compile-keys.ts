import { ALGORITHMS, ASYMMETRIC_ALGORITHMS } from '../jws/algorithms.js';
import { checkIssuerUrl } from '../keys/check-key-url.js';
import { combineKeySets } from '../keys/combine-key-sets.js';
import type { KeySet } from '../keys/key-set.js';
import { createKeySet } from '../keys/remote-key-set.js';
import { createSecretKeySet } from '../keys/secret-key-set.js';
import type { JwtIssuer } from './jwt-issuer.js';

export interface IssuerKeys {
  readonly keys: KeySet;
  readonly algorithms: ReadonlySet<string>;
}

/** @throws TypeError if the keys, the secret or the algorithms of the issuer are missing or invalid. */
export function compileKeys(issuer: JwtIssuer<unknown>): IssuerKeys {
  const isSecretOnly = issuer.secret !== undefined && issuer.keys === undefined;
  const sets = isSecretOnly ? [] : toKeySets(issuer);
  if (isSecretOnly && issuer.algorithms !== undefined) {
    throw new TypeError(
      'JwtIssuer: algorithms is for keys; name the one of the secret in algorithm',
    );
  }
  const algorithms = new Set<string>(isSecretOnly ? [] : toAlgorithms(issuer.algorithms));
  if (issuer.secret !== undefined) {
    sets.push(toSecretKeySet(issuer.secret, issuer.algorithm));
    algorithms.add(issuer.algorithm as string);
  } else if (issuer.algorithm !== undefined) {
    throw new TypeError('JwtIssuer: algorithm is for a secret; use algorithms for keys');
  }
  return { keys: combineKeySets(sets), algorithms };
}

function toKeySets({ keys, issuer }: JwtIssuer<unknown>): KeySet[] {
  if (keys === undefined) {
    if (typeof issuer !== 'string') {
      throw new TypeError('JwtIssuer: keys are required, because the issuer is not one URL');
    }
    checkIssuerUrl('JwtIssuer without keys', issuer, false);
    return [createKeySet({ issuer })];
  }
  const sets: readonly KeySet[] = [keys].flat();
  if (sets.length > 0 && sets.every(isKeySet)) return [...sets];
  // Otherwise a URL or a JWK Set would fail at the first token.
  throw new TypeError('JwtIssuer: keys must be made by createKeySet or createLocalKeySet');
}

function isKeySet(value: Partial<KeySet> | undefined): boolean {
  return typeof value?.find === 'function' && typeof value.isCurrent === 'function';
}

function toAlgorithms(algorithms: readonly string[] = ASYMMETRIC_ALGORITHMS): readonly string[] {
  const isKnown = (alg: string) => ASYMMETRIC_ALGORITHMS.some((one) => one === alg);
  if (algorithms.length > 0 && algorithms.every(isKnown)) return algorithms;
  throw new TypeError(`JwtIssuer: algorithms must be some of ${ASYMMETRIC_ALGORITHMS.join(', ')}`);
}

function toSecretKeySet(
  secret: NonNullable<JwtIssuer['secret']>,
  algorithm: JwtIssuer['algorithm'],
): KeySet {
  const minBytes = ALGORITHMS.get(algorithm as string)?.secret?.minBytes;
  if (algorithm === undefined || minBytes === undefined) {
    throw new TypeError('JwtIssuer: algorithm must be HS256, HS384 or HS512');
  }
  const secrets = Array.isArray(secret)
    ? (secret as readonly Uint8Array[])
    : [secret as Uint8Array];
  if (secrets.length === 0) throw new TypeError('JwtIssuer: at least one secret is required');
  for (const one of secrets) checkSecret(one, minBytes);
  return createSecretKeySet(secrets, algorithm);
}

function checkSecret(secret: Uint8Array, minBytes: number): void {
  // A string would be copied as zeros, and anyone could sign with that key.
  if (!(secret instanceof Uint8Array)) {
    throw new TypeError('JwtIssuer: the secret must be a Uint8Array');
  }
  if (secret.length < minBytes) {
    throw new TypeError(`JwtIssuer: the secret must have ${minBytes} bytes or more`);
  }
  if (isPublicKey(new TextDecoder().decode(secret))) {
    throw new TypeError(
      'JwtIssuer: the secret is a PEM or JSON text; a public key belongs in keys',
    );
  }
}

/** Whether it is PEM or JSON. Everyone knows a public key, so everyone could sign with it. */
function isPublicKey(text: string): boolean {
  // Tools write attributes or comments before the first line of a PEM text.
  if (text.includes('-----BEGIN ')) return true;
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

import type { JwtHeader } from '../jws/parse-jwt.js';
import { type JsonWebKeyLike, type PublicKey, toPublicKey } from './jwk.js';
import type { KeySet } from './key-set.js';

/** A JWK Set (RFC 7517 §5). */
export interface JsonWebKeySet {
  readonly keys: readonly JsonWebKeyLike[];
}

/** The largest number of keys that one token is verified with. */
const MAX_CANDIDATES = 16;

/** The keys of a set whose `kid` and algorithm match the header of a token. */
export function matchKeys(keys: readonly PublicKey[], header: JwtHeader): readonly PublicKey[] {
  const { alg, kid } = header;
  return keys
    .filter((key) => (kid === undefined || key.kid === kid) && key.fits(alg as string))
    .slice(0, MAX_CANDIDATES);
}

/**
 * Makes a key set from a JWK Set, or a single JWK, that you already have: in tests, from a file, or from an
 * issuer in the same process. It ignores members that are not public keys for signatures, and weak or invalid
 * keys. A key without a `kid` is tried for every token whose `kid` the set does not have.
 *
 * @throws TypeError if it is not a JWK Set, or has no usable key.
 *
 * @example
 * const jwks = JSON.parse(await readFile('jwks.json', 'utf8'));
 * const keys = createLocalKeySet(jwks);
 */
export function createLocalKeySet(jwks: JsonWebKeySet | JsonWebKeyLike): KeySet {
  const keys = toMembers(jwks)
    .map(toPublicKey)
    .filter((key) => key !== undefined);
  if (keys.length === 0) throw new TypeError('createLocalKeySet: the set has no usable public key');
  const unnamed = keys.filter((key) => key.kid === undefined);
  const isNamed = (kid: unknown) => kid === undefined || keys.some((key) => key.kid === kid);
  const get = ({ alg, kid }: JwtHeader) =>
    isNamed(kid) ? matchKeys(keys, { alg, kid }) : matchKeys(unnamed, { alg });
  return { get, find: get, isCurrent: () => true };
}

function toMembers(value: unknown): readonly unknown[] {
  if (typeof value === 'object' && value !== null) {
    if ('keys' in value && Array.isArray(value.keys)) return value.keys;
    if ('kty' in value) return [value];
  }
  throw new TypeError(
    `createLocalKeySet: expected a JWK Set, { keys: [...] }, but got ${describe(value)}`,
  );
}

/**
 * Describes a wrong argument and how to fix it. It quotes nothing, because the argument may be a private
 * key.
 */
function describe(value: unknown): string {
  if (typeof value === 'string') return describeText(value.trim());
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  if (Array.isArray(value)) return 'an array; pass { keys: array } if its members are JWKs';
  if (value instanceof URL) return 'a URL; use createKeySet({ url }) to fetch keys';
  if ('then' in value) return 'a promise; await it first';
  return "an object whose 'keys' is not an array";
}

function describeText(text: string): string {
  if (text.startsWith('-----BEGIN'))
    return 'a PEM string; convert it with toJwk of @mandate/core/key-formats';
  if (text.startsWith('{') || text.startsWith('[')) return 'a string of JSON; parse it first';
  const isAddress = /^https?:/i.test(text);
  return isAddress ? 'a URL; use createKeySet({ url }) to fetch keys' : 'a string';
}

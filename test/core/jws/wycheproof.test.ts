import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  createJwtVerifier,
  createLocalKeySet,
  type JsonWebKeyLike,
  type JwtIssuer,
  type KeySet,
} from '@mandate/core/jwt';
import { describe, expect, test } from 'vitest';
import { decodeText, isBase64url } from '../../../packages/core/src/jws/base64url.js';
import type { checkSignature } from '../../../packages/core/src/jws/check-signature.js';
import { PublicKey } from '../../../packages/core/src/keys/jwk.js';
import { createSecretKeySet } from '../../../packages/core/src/keys/secret-key-set.js';
import { loadCheckSignature, RUNTIMES } from '../../support/signatures/load-check-signature.js';

/** Vectors with one key. */
interface SignatureGroup {
  readonly file: string;
  readonly alg: string;
  readonly key: JsonWebKeyLike;
  /** Number, comment, message, signature, and whether it is valid; `null` if both answers are right. */
  readonly tests: readonly (readonly [number, string, string, string, boolean | null])[];
}

interface TokenGroup {
  readonly file: string;
  readonly name: string;
  readonly keys: readonly JsonWebKeyLike[];
  /** Number, comment, token, and whether it is valid. */
  readonly tests: readonly (readonly [number, string, string, boolean])[];
}

interface Vectors {
  readonly signatures: readonly SignatureGroup[];
  readonly tokens: readonly TokenGroup[];
}

const VECTORS: Vectors = JSON.parse(
  gunzipSync(readFileSync(new URL('wycheproof/vectors.json.gz', import.meta.url))).toString(),
);

/** The files that this suite has, with the number of their vectors. */
const COUNTS = countByFile();

function countByFile(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { file, tests } of [...VECTORS.signatures, ...VECTORS.tokens]) {
    counts[file] = (counts[file] ?? 0) + tests.length;
  }
  return counts;
}

async function toCryptoKey({ alg, key }: SignatureGroup): Promise<CryptoKey | undefined> {
  if (key.kty !== 'oct')
    return (await new PublicKey(key).toCryptoKey(alg)) as CryptoKey | undefined;
  const secret = Buffer.from(key['k'] as string, 'base64url');
  const parameters = { name: 'HMAC', hash: `SHA-${alg.slice(2)}` };
  return crypto.subtle.importKey('raw', secret, parameters, false, ['verify']);
}

/** The vectors that got another answer than Wycheproof's. */
async function findWrong(check: typeof checkSignature, file: string): Promise<readonly unknown[]> {
  const wrong: unknown[] = [];
  for (const group of VECTORS.signatures.filter((one) => one.file === file)) {
    const key = await toCryptoKey(group);
    for (const [id, comment, data, signature, isValid] of group.tests) {
      const signed = { alg: group.alg, data, signature };
      const answer = key !== undefined && (await check(signed, key));
      if (isValid !== null && answer !== isValid) wrong.push({ file, id, comment, answer });
    }
  }
  return wrong;
}

/** Vectors on which Mandate answers otherwise. */
const OTHERWISE = new Set([
  // Rejected: their header names another algorithm than the `alg` of the key (RFC 7517 §4.4).
  ...[346, 347, 350, 351].map((id) => `json_web_signature_test ${id}`),
  // Rejected: they have a character outside base64url (RFC 7515 §2).
  ...[372, 373].map((id) => `json_web_signature_test ${id}`),
  // Accepted: the padding that their comments announce is not in the published tokens.
  ...[367, 370].map((id) => `json_web_signature_test ${id}`),
  // Rejected: a secret in a key set, which is for public keys.
  'json_web_key_test 2',
]);

const SIGNATURES = [...new Set(VECTORS.signatures.map(({ file }) => file))];
const TOKENS = [...new Set(VECTORS.tokens.map(({ file }) => file))];

test('Project Wycheproof has vectors for every family of algorithms', () => {
  expect(COUNTS).toMatchInlineSnapshot(`
    {
      "ecdsa_secp256r1_sha256_p1363_test": 262,
      "ecdsa_secp384r1_sha384_p1363_test": 280,
      "ecdsa_secp521r1_sha512_p1363_test": 318,
      "ed25519_test": 84,
      "hmac_sha256_test": 58,
      "hmac_sha384_test": 59,
      "hmac_sha512_test": 58,
      "json_web_key_test": 26,
      "json_web_signature_test": 400,
      "rsa_pss_2048_sha256_mgf1_0_test": 60,
      "rsa_pss_2048_sha256_mgf1_32_test": 107,
      "rsa_pss_2048_sha384_mgf1_48_test": 140,
      "rsa_pss_3072_sha256_mgf1_32_test": 107,
      "rsa_pss_4096_sha256_mgf1_32_test": 107,
      "rsa_pss_4096_sha384_mgf1_48_test": 140,
      "rsa_pss_4096_sha512_mgf1_32_test": 131,
      "rsa_pss_4096_sha512_mgf1_64_test": 178,
      "rsa_signature_2048_sha256_test": 258,
      "rsa_signature_2048_sha384_test": 257,
      "rsa_signature_2048_sha512_test": 258,
      "rsa_signature_3072_sha256_test": 258,
      "rsa_signature_3072_sha512_test": 259,
      "rsa_signature_4096_sha256_test": 257,
      "rsa_signature_4096_sha512_test": 258,
      "rsa_signature_8192_sha512_test": 258,
    }
  `);
});

describe.each(RUNTIMES)('a vector of Project Wycheproof where the runtime is %s', (runtime) => {
  test.each(SIGNATURES)('is verified as published: %s', async (file) => {
    expect(await findWrong(await loadCheckSignature(runtime), file)).toEqual([]);
  });

  test.each(TOKENS)('is verified as published: %s', async (file) => {
    const check = await loadCheckSignature(runtime);
    const wrong: unknown[] = [];
    for (const { name, keys, tests } of VECTORS.tokens.filter((one) => one.file === file)) {
      const set = toKeySet(keys);
      for (const [id, comment, jws, isValid] of tests) {
        const answer = await verify(jws, set, check);
        const isRight = (answer === isValid) !== OTHERWISE.has(`${file} ${id}`);
        if (!isRight) wrong.push({ name, id, comment, answer });
      }
    }
    expect(wrong).toEqual([]);
  });
});

/** The key set of an issuer with these keys; `undefined` if Mandate does not accept them. */
function toKeySet(keys: readonly JsonWebKeyLike[]): KeySet | undefined {
  const [first] = keys;
  try {
    if (first?.kty !== 'oct' || keys.length > 1) return createLocalKeySet({ keys });
    const secret = Buffer.from(first['k'] as string, 'base64url');
    const algorithm = first['alg'] as JwtIssuer['algorithm'];
    createJwtVerifier({ issuer: 'https://issuer.example', audience: null, secret, algorithm });
    return createSecretKeySet([secret], algorithm as string);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

async function verify(jws: string, set: KeySet | undefined, check: typeof checkSignature) {
  const [header = '', payload = '', signature, ...more] = jws.split('.');
  const text = decodeText(header);
  if (set === undefined || !text || !isBase64url(payload)) return false;
  if (!signature || more.length > 0) return false;
  const { alg, kid } = JSON.parse(text);
  for (const key of await set.find({ alg, kid })) {
    const cryptoKey = (await key.toCryptoKey(alg)) as CryptoKey | undefined;
    const signed = { alg, data: `${header}.${payload}`, signature };
    if (cryptoKey !== undefined && (await check(signed, cryptoKey))) return true;
  }
  return false;
}

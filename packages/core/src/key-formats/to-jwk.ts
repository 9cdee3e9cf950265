import { checkOptions } from '@mandate/internal/check-options';
import { exportJWK, importSPKI, importX509 } from 'jose';
import { ASYMMETRIC_ALGORITHMS, type AsymmetricAlgorithm } from '../jws/algorithms.js';
import type { JsonWebKeyLike } from '../keys/jwk.js';

export interface PublicKeyOptions {
  /** The algorithm of the signatures. The key verifies no other. */
  readonly algorithm: AsymmetricAlgorithm;
  /** The `kid` of the tokens that the key signs. Default: none, so a local key set tries it for every token. */
  readonly kid?: string | undefined;
}

/**
 * Converts a public key to a JWK for `createLocalKeySet`: PEM text with a public key (SPKI) or an X.509
 * certificate, or an extractable `CryptoKey`. Of a certificate, only the key is used: its dates and signature
 * are not checked.
 *
 * @throws TypeError if it is not a public key of that algorithm, or an option is unknown. A private key is
 * rejected as well. The message quotes nothing of the key.
 *
 * @example
 * const pem = await readFile('oauth-public.key', 'utf8');
 * const keys = createLocalKeySet(await toJwk(pem, { algorithm: 'RS256' }));
 */
export async function toJwk(
  key: string | CryptoKey,
  options: PublicKeyOptions,
): Promise<JsonWebKeyLike> {
  checkOptions<PublicKeyOptions>('toJwk', options, { algorithm: true, kid: true });
  const { algorithm, kid } = options;
  if (!ASYMMETRIC_ALGORITHMS.includes(algorithm)) {
    throw new TypeError(`toJwk: algorithm must be one of ${ASYMMETRIC_ALGORITHMS.join(', ')}`);
  }
  const imported = typeof key === 'string' ? await importPem(key.trim(), algorithm) : key;
  if (imported?.type !== 'public') {
    throw new TypeError('toJwk: the key must be a public key as PEM text or a CryptoKey');
  }
  const jwk = await exportJWK(imported).catch(() => {
    throw new TypeError('toJwk: the CryptoKey is not extractable');
  });
  return { ...jwk, alg: algorithm, ...(kid !== undefined && { kid }) };
}

const OPTIONS = { extractable: true };

async function importPem(pem: string, algorithm: string): Promise<CryptoKey> {
  const load = pem.startsWith('-----BEGIN CERTIFICATE-----')
    ? importX509
    : pem.startsWith('-----BEGIN PUBLIC KEY-----')
      ? importSPKI
      : undefined;
  if (load === undefined) {
    throw new TypeError('toJwk: the text must begin with BEGIN PUBLIC KEY or BEGIN CERTIFICATE');
  }
  try {
    return await load(pem, algorithm, OPTIONS);
  } catch {
    throw new TypeError(`toJwk: the text is not a public key for ${algorithm}`);
  }
}

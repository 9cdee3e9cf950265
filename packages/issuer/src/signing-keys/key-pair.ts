import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK } from 'jose';
import type { SecretBox } from './secret-box.js';
import type { StoredSigningKey } from './signing-key-store.js';

/** The key that signs now. */
export interface Signer {
  readonly kid: string;
  readonly algorithm: string;
  /** The private key, for jose. */
  readonly key: object;
}

/** Generates a key pair. The private key is sealed immediately and bound to its `kid`. */
export async function createKeyPair(
  algorithm: string,
  signsFromMs: number,
  box: SecretBox,
): Promise<StoredSigningKey> {
  const pair = await generateKeyPair(algorithm, { extractable: true });
  const kid = randomUUID();
  const publicJwk = { ...(await exportJWK(pair.publicKey)), kid, alg: algorithm, use: 'sig' };
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey));
  const sealedPrivateJwk = await box.seal(privateJwk, toContext(kid));
  return { kid, algorithm, publicJwk, sealedPrivateJwk, signsFromMs };
}

/** @throws Error if the private key was sealed with an unknown key-encryption key. */
export async function openKeyPair(
  { kid, algorithm, sealedPrivateJwk }: StoredSigningKey,
  box: SecretBox,
): Promise<Signer> {
  const privateJwk = await box.open(sealedPrivateJwk, toContext(kid));
  return { kid, algorithm, key: (await importJWK(JSON.parse(privateJwk), algorithm)) as object };
}

const toContext = (kid: string): string => `signing key ${kid}`;

import { describe, expect, test } from 'vitest';
import { PublicKey } from '../../../packages/core/src/keys/jwk.js';
import { forgeEcdsa, forgeEd25519 } from '../../support/signatures/forge-curves.js';
import { forgePkcs1, forgePss } from '../../support/signatures/forge-rsa.js';
import { loadCheckSignature, RUNTIMES } from '../../support/signatures/load-check-signature.js';
import { resize, type SignatureCase } from '../../support/signatures/signature-case.js';
import { type Algorithm, fixtureKey } from '../../support/tokens.js';

const DATA = 'eyJhbGciOiJ4In0.eyJzdWIiOiJhbm4ifQ';

/** The order of each curve's base point (SEC 2 §2.4.2, §2.5.1, §2.6.1). */
const P256 = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
const P384 = `${'f'.repeat(48)}c7634d81f4372ddf581a0db248b0a77aecec196accc52973`;
const P521 = `01${'f'.repeat(64)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`;

const sign = async (alg: Algorithm) => (await fixtureKey(alg)).sign(new TextEncoder().encode(DATA));
const privateKeyOf = async (alg: Algorithm) => (await fixtureKey(alg)).privateKey;

/** The classes of faults that Project Wycheproof lists, made anew for keys of this suite. */
const CLASSES: readonly (readonly [Algorithm, () => Promise<readonly SignatureCase[]>])[] = [
  ['RS256', async () => forgePkcs1(DATA, await privateKeyOf('RS256'))],
  ['RS384', async () => resize(await sign('RS384'))],
  ['RS512', async () => resize(await sign('RS512'))],
  ['PS256', async () => forgePss(DATA, await privateKeyOf('PS256'))],
  ['PS384', async () => resize(await sign('PS384'))],
  ['PS512', async () => resize(await sign('PS512'))],
  ['ES256', async () => forgeEcdsa(await sign('ES256'), P256)],
  ['ES384', async () => forgeEcdsa(await sign('ES384'), P384)],
  ['ES512', async () => forgeEcdsa(await sign('ES512'), P521)],
  ['EdDSA', async () => forgeEd25519(await sign('EdDSA'))],
];

describe.each(RUNTIMES)('a malformed signature where the runtime is %s', (runtime) => {
  test.each(CLASSES)('of %s is invalid, and never a fault', async (alg, createCases) => {
    const checkSignature = await loadCheckSignature(runtime);
    const { publicJwk } = await fixtureKey(alg);
    const key = (await new PublicKey(publicJwk).toCryptoKey(alg)) as CryptoKey;
    const judged: [string, boolean][] = [];
    const wanted: [string, boolean][] = [];
    for (const { name, signature, isValid } of await createCases()) {
      const signed = { alg, data: DATA, signature: Buffer.from(signature).toString('base64url') };
      judged.push([name, await checkSignature(signed, key)]);
      wanted.push([name, isValid]);
    }
    expect(judged).toEqual(wanted);
  });

  test('of HS256 is invalid, and never a fault', async () => {
    const checkSignature = await loadCheckSignature(runtime);
    const secret = new Uint8Array(32).fill(7);
    const parameters = { name: 'HMAC', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('raw', secret, parameters, false, ['sign', 'verify']);
    const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(DATA));
    for (const { signature } of resize(new Uint8Array(mac))) {
      const text = Buffer.from(signature).toString('base64url');
      expect(await checkSignature({ alg: 'HS256', data: DATA, signature: text }, key)).toBe(false);
    }
  });

  test('that is not base64url is invalid', async () => {
    const checkSignature = await loadCheckSignature(runtime);
    const key = (await new PublicKey((await fixtureKey('PS256')).publicJwk).toCryptoKey(
      'PS256',
    )) as CryptoKey;
    for (const signature of ['=', 'A', 'AB', '*', 'ä']) {
      expect(await checkSignature({ alg: 'PS256', data: DATA, signature }, key)).toBe(false);
    }
  });
});

import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { createKeySet, createLocalKeySet, type JsonWebKeySet } from '@mandate/core/jwt';
import {
  type PublicKeyOptions,
  parseCertificates,
  parseSpiffeBundle,
  toJwk,
} from '@mandate/core/key-formats';
import { describe, expect, test } from 'vitest';
import { judgeToken, verifierFor } from '../../support/judge-token.js';
import { LOCALHOST } from '../../support/localhost-certificate.js';
import {
  type Algorithm,
  createSigningKey,
  fixtureKey,
  type SigningKey,
  signToken,
  toJwks,
  validClaims,
} from '../../support/tokens.js';

const ACCEPTED = expect.objectContaining({ subject: 'ada@example.com' });
const ALGORITHMS: readonly Algorithm[] = ['RS256', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** The key as OpenSSL writes it. */
function toPem({ publicJwk }: SigningKey): string {
  const key = createPublicKey({ key: { ...publicJwk } as Record<string, string>, format: 'jwk' });
  return key.export({ type: 'spki', format: 'pem' }) as string;
}

/** The key pair of the certificate. */
async function certifiedKey(): Promise<SigningKey> {
  const pkcs8 = Buffer.from(LOCALHOST.key.replaceAll(/-----.*-----|\s/g, ''), 'base64');
  const parameters = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, parameters, false, ['sign']);
  return {
    alg: 'ES256',
    kid: 'localhost',
    publicJwk: {},
    privateKey,
    sign: async (bytes) =>
      new Uint8Array(await crypto.subtle.sign(parameters, privateKey, Uint8Array.from(bytes))),
  };
}

async function judge(keys: ReturnType<typeof createLocalKeySet>, key: SigningKey, kid?: string) {
  return judgeToken(verifierFor({ keys }), await signToken(validClaims(), { key, kid }));
}

describe('toJwk', () => {
  test.each(ALGORITHMS)('converts a PEM public key for %s', async (alg) => {
    const key = await fixtureKey(alg);
    for (const pem of [toPem(key), `\n${toPem(key).replaceAll('\n', '\r\n')}`]) {
      const keys = createLocalKeySet(await toJwk(pem, { algorithm: alg }));
      expect(await judge(keys, key, 'of any name')).toEqual(ACCEPTED);
      const other = await createSigningKey(alg);
      expect(await judge(keys, other, 'of any name')).toBe('token_invalid');
    }
  });

  test('converts an X.509 certificate', async () => {
    const key = await certifiedKey();
    const jwk = await toJwk(LOCALHOST.cert, { algorithm: 'ES256', kid: 'a' });
    expect(await judge(createLocalKeySet(jwk), key, 'a')).toEqual(ACCEPTED);
    expect(await judge(createLocalKeySet(jwk), key, 'b')).toBe('token_invalid');
  });

  test('converts a CryptoKey', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
    const { publicKey, privateKey } = pair as CryptoKeyPair;
    expect(await toJwk(publicKey, { algorithm: 'EdDSA' })).toMatchObject({
      kty: 'OKP',
      alg: 'EdDSA',
    });
    await expect(toJwk(privateKey, { algorithm: 'EdDSA' })).rejects.toThrow('must be a public key');
  });

  test('binds the key to one algorithm', async () => {
    const key = await fixtureKey('RS256');
    const keys = createLocalKeySet(await toJwk(toPem(key), { algorithm: 'PS256' }));
    expect(await judge(keys, key)).toBe('token_invalid');
  });

  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ec = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  test.each<[string, unknown, unknown, string]>([
    [
      'a private key',
      privateKey.export({ type: 'pkcs8', format: 'pem' }),
      'ES256',
      'BEGIN PUBLIC KEY',
    ],
    ['a key for another algorithm', ec, 'RS256', 'not a public key for RS256'],
    ['a key of another curve', ec, 'ES384', 'not a public key for ES384'],
    ['damaged text', ec.replace('M', '!'), 'ES256', 'not a public key for ES256'],
    ['a damaged certificate', LOCALHOST.cert.replace('MIIB', 'MIIC'), 'ES256', 'not a public key'],
    ['no PEM text', 'c2VjcmV0', 'ES256', 'BEGIN PUBLIC KEY'],
    ['nothing', undefined, 'ES256', 'must be a public key'],
    ['a secret algorithm', ec, 'HS256', 'algorithm must be one of'],
    ['no algorithm', ec, undefined, 'algorithm must be one of'],
  ])('rejects %s', async (_case, key, algorithm, message) => {
    const converted = toJwk(key as string, { algorithm } as PublicKeyOptions);
    await expect(converted).rejects.toThrow(message);
    await expect(converted).rejects.toThrow(TypeError);
    await expect(converted).rejects.toThrow(/^(?!.*c2VjcmV0)/s);
  });

  test('rejects unknown options', async () => {
    const options = { algorithm: 'ES256', alg: 'ES256' } as PublicKeyOptions;
    await expect(toJwk(ec, options)).rejects.toThrow('unknown option "alg" in toJwk');
  });

  test('rejects a CryptoKey that cannot be exported', async () => {
    const key = await fixtureKey('ES256');
    const parameters = { name: 'ECDSA', namedCurve: 'P-256' };
    const { crv, kty, x, y } = key.publicJwk as Record<string, string>;
    const sealed = await crypto.subtle.importKey(
      'jwk',
      { crv, kty, x, y } as JsonWebKey,
      parameters,
      false,
      ['verify'],
    );
    await expect(toJwk(sealed, { algorithm: 'ES256' })).rejects.toThrow('not extractable');
  });
});

/** A key set that is fetched once, from a server that answers with that JSON. */
const fetched = (
  answer: unknown,
  toJwks: (answer: unknown) => JsonWebKeySet | Promise<JsonWebKeySet>,
) =>
  createKeySet({ url: 'https://keys.example', fetch: async () => Response.json(answer), toJwks });

describe('parseCertificates', () => {
  test('reads the map of certificates that Firebase publishes, and ignores what is not one', async () => {
    const rsa = await fixtureKey('ES256');
    const answer = {
      localhost: LOCALHOST.cert,
      es: toPem(rsa),
      broken: 'x',
      list: [1],
      none: null,
    };
    const keys = fetched(answer, (one) => parseCertificates(one, 'ES256'));
    expect(await judge(keys, await certifiedKey(), 'localhost')).toEqual(ACCEPTED);
    expect(await judge(keys, rsa, 'es')).toEqual(ACCEPTED);
    expect(await judge(keys, rsa, 'localhost')).toBe('token_invalid');
  });

  test.each([null, [], 'x', 7, { keys: [] }])(
    'finds no keys in %j, and reports no token as invalid',
    async (answer) => {
      const keys = fetched(answer, (one) => parseCertificates(one, 'ES256'));
      expect(await judge(keys, await fixtureKey('ES256'))).toBe('verifier_unavailable');
    },
  );
});

describe('parseSpiffeBundle', () => {
  const bundle = async () => {
    const jwt = await createSigningKey('ES256', 'jwt');
    const x509 = await createSigningKey('ES256', 'x509');
    const [first, second] = toJwks(jwt, x509).keys;
    const { alg: _, ...authority } = first as Record<string, unknown>;
    return {
      ...{ jwt, x509 },
      answer: {
        keys: [
          { ...second, use: 'x509-svid', x5c: ['MIIB'] },
          { ...authority, use: 'jwt-svid' },
          null,
          7,
        ],
        spiffe_sequence: 1,
        spiffe_refresh_hint: 300,
      },
    };
  };

  test('takes the JWT authorities, and not the X.509 authorities', async () => {
    const { jwt, x509, answer } = await bundle();
    const keys = fetched(answer, parseSpiffeBundle);
    const verifier = verifierFor({ keys, types: ['JWT', 'JOSE', null] });
    const sign = (key: SigningKey) =>
      signToken(validClaims({ sub: 'spiffe://example.org/web' }), { key, typ: 'JOSE' });
    expect(await judgeToken(verifier, await sign(jwt))).toMatchObject({
      subject: 'spiffe://example.org/web',
    });
    // Its `kid` is unknown, and it is too early to fetch the bundle again.
    expect(await judgeToken(verifier, await sign(x509))).toBe('verifier_unavailable');
  });

  test.each([null, [], {}, { keys: 7 }])(
    'finds no keys in %j, and reports no token as invalid',
    async (answer) => {
      const keys = fetched(answer, parseSpiffeBundle);
      expect(await judge(keys, await fixtureKey('ES256'))).toBe('verifier_unavailable');
    },
  );
});

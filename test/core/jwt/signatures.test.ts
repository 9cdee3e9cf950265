import { createHmac, createSign } from 'node:crypto';
import { createLocalKeySet, type JsonWebKeyLike } from '@mandate/core/jwt';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeToken, verifierFor } from '../../support/judge-token.js';
import {
  type Algorithm,
  craftToken,
  createSigningKey,
  fixtureKey,
  signSegments,
  signToken,
  signWithSecret,
  toJwks,
  toKeySet,
  toSegment,
  validClaims,
  withSegment,
} from '../../support/tokens.js';

const ALGORITHMS: readonly Algorithm[] = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
];

/** As some serializers write members that are absent. */
const NULLS = { kid: null, alg: null, use: null, key_ops: null, x5c: null, x5t: null, x5u: null };

const es256 = await fixtureKey('ES256');
const rs256 = await fixtureKey('RS256');
const verifier = verifierFor({ keys: toKeySet(es256, rs256) });
const judge = (token: string) => judgeToken(verifier, token);

describe('a signature', () => {
  test.each(ALGORITHMS)('of %s verifies', async (alg) => {
    const key = await fixtureKey(alg);
    const token = await signToken(validClaims(), { alg });
    const accepted = verifierFor({ keys: toKeySet(key) });
    expect(await judgeToken(accepted, token)).toMatchObject({ subject: 'ada@example.com' });
  });

  test.each(ALGORITHMS)('of %s is valid only for the bytes that it signs', async (alg) => {
    const one = verifierFor({ keys: toKeySet(await fixtureKey(alg)) });
    const token = await signToken(validClaims(), { alg });
    const forged = withSegment(token, 1, toSegment(validClaims({ sub: 'eve@example.com' })));
    expect(await judgeToken(one, forged)).toBe('token_invalid');
  });

  test.each(ALGORITHMS)(
    'of %s is rejected when it is cut, empty, longer or flipped',
    async (alg) => {
      const one = verifierFor({ keys: toKeySet(await fixtureKey(alg)) });
      const token = await signToken(validClaims(), { alg });
      const signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url');
      const flipped = Buffer.from(signature);
      flipped[7] = (flipped[7] ?? 0) ^ 1;
      const wrong = [
        Buffer.alloc(0),
        Buffer.alloc(1),
        signature.subarray(0, -1),
        signature.subarray(1),
        signature.subarray(0, signature.length / 2),
        Buffer.concat([signature, Buffer.alloc(1)]),
        Buffer.concat([Buffer.alloc(1), signature]),
        Buffer.concat([signature, signature]),
        Buffer.alloc(signature.length),
        Buffer.alloc(signature.length, 0xff),
        flipped,
      ];
      for (const bytes of wrong) {
        const forged = withSegment(token, 2, bytes.toString('base64url'));
        expect(await judgeToken(one, forged)).toBe('token_invalid');
      }
    },
  );

  test('with r = s = 0 is rejected (CVE-2022-21449)', async () => {
    const token = await signToken();
    expect(await judge(withSegment(token, 2, toSegment(Buffer.alloc(64))))).toBe('token_invalid');
    // Neither do r or s equal to the order of P-256 count as zero.
    const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
    const multiples = Buffer.from(order + order, 'hex');
    expect(await judge(withSegment(token, 2, toSegment(multiples)))).toBe('token_invalid');
  });

  test('in DER, as OpenSSL writes ECDSA, is rejected', async () => {
    const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', es256.privateKey));
    const pem = `-----BEGIN PRIVATE KEY-----\n${pkcs8.toString('base64')}\n-----END PRIVATE KEY-----`;
    const input = `${toSegment({ alg: 'ES256', kid: 'ES256' })}.${toSegment(validClaims())}`;
    const der = createSign('sha256').update(input).sign(pem);
    const raw = createSign('sha256').update(input).sign({ key: pem, dsaEncoding: 'ieee-p1363' });
    expect(await judge(`${input}.${der.toString('base64url')}`)).toBe('token_invalid');
    expect(await judge(`${input}.${raw.toString('base64url')}`)).toHaveProperty('subject');
  });

  test('by an untrusted key is rejected, whatever its issuer claim', async () => {
    for (const alg of ['ES256', 'RS256', 'EdDSA'] as const) {
      const stranger = await createSigningKey(alg);
      for (const kid of ['ES256', 'RS256', stranger.kid, '', undefined]) {
        expect(await judge(await signToken(validClaims(), { key: stranger, kid }))).toBe(
          'token_invalid',
        );
      }
    }
  });
});

describe('the algorithm', () => {
  test.each([
    'none',
    'None',
    'NONE',
    'nOnE',
    '',
    'HS256',
    'RSA1_5',
    'ES256K',
    'es256',
    'RS1',
    'dir',
  ])('is never "%s"', async (alg) => {
    const key = { ...es256, sign: async () => Buffer.from('x') };
    expect(await judge(await signToken(validClaims(), { key, alg }))).toBe('token_invalid');
    expect(await judge(await signToken(validClaims(), { key: es256, alg }))).toBe('token_invalid');
    expect(await judge(craftToken({ alg }, validClaims(), ''))).toBe('token_invalid');
  });

  test.each([null, 1, true, ['ES256'], { alg: 'ES256' }])('is a string, not %j', async (alg) => {
    const token = await signSegments({ alg, kid: 'ES256' }, validClaims(), es256);
    expect(await judge(token)).toBe('token_invalid');
  });

  test('must be present', async () => {
    expect(await judge(await signToken(validClaims(), { key: es256, alg: undefined }))).toBe(
      'token_invalid',
    );
  });

  test('cannot be HMAC with a public key as the secret, in any published form', async () => {
    const spki = Buffer.from(await exportPublic(rs256.publicJwk));
    const pem = `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----\n`;
    const secrets = [
      ...[spki, pem, pem.trim(), JSON.stringify(rs256.publicJwk), String(rs256.publicJwk['n'])],
      Buffer.from(String(rs256.publicJwk['n']), 'base64url'),
    ];
    for (const secret of secrets) {
      for (const [alg, hash] of [
        ['HS256', 'sha256'],
        ['HS512', 'sha512'],
        ['RS256', 'sha256'],
      ] as const) {
        const input = `${toSegment({ alg, kid: 'RS256' })}.${toSegment(validClaims())}`;
        const mac = createHmac(hash, secret).update(input).digest('base64url');
        expect(await judge(`${input}.${mac}`)).toBe('token_invalid');
      }
    }
  });

  test('is one of those that the issuer is allowed', async () => {
    const one = verifierFor({ keys: toKeySet(es256, rs256), algorithms: ['ES256'] });
    expect(await judgeToken(one, await signToken(validClaims(), { alg: 'ES256' }))).toHaveProperty(
      'subject',
    );
    expect(await judgeToken(one, await signToken(validClaims(), { alg: 'RS256' }))).toBe(
      'token_invalid',
    );
  });

  test('must be the one that the key is published for', async () => {
    const key = { ...rs256, publicJwk: { ...rs256.publicJwk, alg: 'RS512' } };
    const one = verifierFor({ keys: toKeySet(key) });
    expect(await judgeToken(one, await signToken(validClaims(), { key: rs256 }))).toBe(
      'token_invalid',
    );
  });

  test('may be any that fits the key if the key names none', async () => {
    const { alg: _, ...jwk } = rs256.publicJwk;
    const one = verifierFor({ keys: createLocalKeySet({ keys: [jwk] }) });
    expect(await judgeToken(one, await signToken(validClaims(), { key: rs256 }))).toHaveProperty(
      'subject',
    );
  });

  test.each([
    ['ES256', 'ES384'],
    ['ES384', 'ES256'],
    ['ES512', 'ES256'],
    ['ES256', 'RS256'],
    ['RS256', 'ES256'],
    ['RS256', 'PS256'],
    ['RS256', 'RS512'],
    ['EdDSA', 'ES256'],
    ['ES256', 'EdDSA'],
  ] as const)('cannot be %s with a key of %s', async (alg, made) => {
    const key = await fixtureKey(made);
    const { alg: _, ...jwk } = key.publicJwk;
    const one = verifierFor({ keys: createLocalKeySet({ keys: [jwk] }) });
    expect(await judgeToken(one, await signToken(validClaims(), { key, alg }))).toBe(
      'token_invalid',
    );
  });
});

describe('the header', () => {
  test('cannot bring its own key, nor a link to one', async () => {
    const stranger = await createSigningKey('ES256', 'ES256');
    const rsaStranger = await createSigningKey('RS256', 'RS256');
    for (const key of [stranger, rsaStranger]) {
      for (const kid of [key.kid, 'other', undefined]) {
        for (const extra of [
          { jwk: key.publicJwk },
          { jku: 'https://evil.example/jwks.json' },
          { x5u: 'https://evil.example/cert.pem' },
          { x5c: ['MIIB'] },
          { x5t: 'abc', 'x5t#S256': 'abc' },
          { jwk: key.publicJwk, jku: 'https://evil.example', x5c: ['MIIB'] },
        ]) {
          const token = await signToken(validClaims(), { key, kid, ...extra });
          expect(await judge(token)).toBe('token_invalid');
        }
      }
    }
  });

  test('may carry a key in its header, which is ignored', async () => {
    const { publicJwk } = await createSigningKey('ES256');
    const token = await signToken(validClaims(), { jwk: publicJwk, jku: 'https://evil.example' });
    expect(await judge(token)).toHaveProperty('subject');
  });

  test.each([
    ['an unknown extension', { crit: ['https://example.com/x'], 'https://example.com/x': 1 }],
    ['an extension that is not there', { crit: ['exp'] }],
    ['an empty list', { crit: [] }],
    ['null', { crit: null }],
    ['a string', { crit: 'b64' }],
    ['b64', { crit: ['b64'], b64: true }],
  ])('cannot contain a critical extension: %s', async (_case, extra) => {
    expect(await judge(await signToken(validClaims(), extra))).toBe('token_invalid');
  });

  test.each([true, false, null, 'false'])('cannot switch b64 (%j)', async (b64) => {
    expect(await judge(await signToken(validClaims(), { b64 }))).toBe('token_invalid');
  });

  test('cannot announce an unencoded payload (RFC 7797)', async () => {
    const header = toSegment({ alg: 'ES256', kid: 'ES256', b64: false, crit: ['b64'] });
    const payload = JSON.stringify(validClaims()).replaceAll('.', '');
    const signature = await es256.sign(new TextEncoder().encode(`${header}.${payload}`));
    // Not even a bearer token: the payload holds characters that none has.
    expect(await judge(`${header}.${payload}.${toSegment(signature)}`)).toBe(
      'credentials_malformed',
    );
  });

  test.each([null, 1, true, ['ES256'], { a: 1 }])(
    'has a kid that is a string, not %j',
    async (kid) => {
      expect(await judge(await signToken(validClaims(), { key: es256, kid }))).toBe(
        'token_invalid',
      );
    },
  );

  test.each(['../../ES256', "' or 1=1", '__proto__', 'constructor', '', 'x'.repeat(4000)])(
    'finds no key by the kid %j',
    async (kid) => {
      expect(await judge(await signToken(validClaims(), { key: es256, kid }))).toBe(
        'token_invalid',
      );
    },
  );

  test('needs no kid if a key can be found without one', async () => {
    const token = await signToken(validClaims(), { key: es256, kid: undefined });
    expect(await judge(token)).toHaveProperty('subject');
  });

  test.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT', 'jwt', 'application/jwt', undefined])(
    'may have the type %s',
    async (typ) => {
      expect(await judge(await signToken(validClaims(), { typ }))).toHaveProperty('subject');
    },
  );

  test.each([
    ...['dpop+jwt', 'logout+jwt', 'secevent+jwt', 'id+jwt', 'JOSE', 'application/', '', ' JWT'],
    ...['application/application/jwt', 'text/jwt', 'at+jwt ', null, 1, ['at+jwt'], {}],
  ])('must not have the type %j', async (typ) => {
    expect(await judge(await signToken(validClaims(), { typ }))).toBe('token_invalid');
  });
});

describe('keys', () => {
  /** Whether a member of a key set, whatever it says, verifies tokens of that key. */
  async function verifies(member: unknown, key = es256): Promise<boolean> {
    const decoy = (await fixtureKey('EdDSA')).publicJwk;
    const keys = createLocalKeySet({ keys: [member as JsonWebKeyLike, decoy] });
    const judged = await judgeToken(
      verifierFor({ keys }),
      await signToken(validClaims(), { key, kid: undefined }),
    );
    return typeof judged !== 'string';
  }

  test('of RSA have 2048 bits or more', async () => {
    const weak = await createSigningKey('RS256', 'weak', 1024);
    const almost = await createSigningKey('RS256', 'almost', 2040);
    expect(await verifies(weak.publicJwk, weak)).toBe(false);
    expect(await verifies(almost.publicJwk, almost)).toBe(false);
    expect(await verifies(rs256.publicJwk, rs256)).toBe(true);
  });

  test('of RSA do not count leading zeros as length', async () => {
    const weak = await createSigningKey('RS256', 'weak', 1024);
    const modulus = Buffer.from(String(weak.publicJwk['n']), 'base64url');
    const padded = Buffer.concat([Buffer.alloc(128), modulus]).toString('base64url');
    expect(await verifies({ ...weak.publicJwk, n: padded }, weak)).toBe(false);
  });

  test('of RSA have a safe exponent', async () => {
    // With e = 1 a signature is the padded hash itself, so anyone can make one.
    for (const exponent of [[1], [0], [2], [0, 1], [1, 0, 0], [0, 0, 0, 0, 1], [1, 0, 0, 0, 1]]) {
      const e = Buffer.from(exponent).toString('base64url');
      expect(await verifies({ ...rs256.publicJwk, e }, rs256)).toBe(false);
    }
  });

  test('of RSA cannot be forged with an exponent of 1', async () => {
    const input = `${toSegment({ alg: 'RS256' })}.${toSegment(validClaims())}`;
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(input));
    const prefix = Buffer.from('003031300d060960864801650304020105000420', 'hex');
    const tail = Buffer.concat([prefix, Buffer.from(digest)]);
    const forged = Buffer.concat([
      Buffer.of(0, 1),
      Buffer.alloc(256 - 2 - tail.length, 0xff),
      tail,
    ]);
    const jwk = { ...rs256.publicJwk, e: 'AQ', kid: undefined };
    const keys = createLocalKeySet({ keys: [jwk, es256.publicJwk] });
    const token = `${input}.${forged.toString('base64url')}`;
    expect(await judgeToken(verifierFor({ keys }), token)).toBe('token_invalid');
  });

  test('of RSA are not so large that verifying blocks the server', async () => {
    const modulus = Buffer.alloc(16 * 1024, 0xff).toString('base64url');
    expect(await verifies({ ...rs256.publicJwk, n: modulus }, rs256)).toBe(false);
    const longExponent = Buffer.alloc(256, 0xff).toString('base64url');
    expect(await verifies({ ...rs256.publicJwk, e: longExponent }, rs256)).toBe(false);
  });

  test.each([
    ['null for every member that may be absent', 'ES256', NULLS],
    ['null for every member that may be absent', 'RS256', { ...NULLS, crv: null, x: null }],
    ['a crv on an RSA key', 'RS256', { crv: 'P-256' }],
    ['a d that is null', 'RS256', { d: null }],
    ['a y on an Ed25519 key', 'EdDSA', { y: 'AAAA' }],
    ['members of no meaning', 'ES256', { n: 1, e: {}, 'x-example': ['a'], constructor: 1 }],
  ] as const)('may have members to ignore (RFC 7517 §4): %s (%s)', async (_case, alg, members) => {
    const key = await fixtureKey(alg);
    const { kid: _, alg: __, use: ___, ...bare } = key.publicJwk;
    expect(await verifies({ ...bare, ...members }, key)).toBe(true);
  });

  test.each([
    ['null', null],
    ['a string', 'key'],
    ['a number', 1],
    ['a list', []],
    ['an empty object', {}],
    ['no kty', { ...es256.publicJwk, kty: undefined }],
    ['a kty in lower case', { ...es256.publicJwk, kty: 'ec' }],
    ['a kty that is a list', { ...es256.publicJwk, kty: ['EC'] }],
    ['a symmetric key', { kty: 'oct', k: toSegment('x'.repeat(32)) }],
    ['a use for encryption', { ...es256.publicJwk, use: 'enc' }],
    ['an unknown use', { ...es256.publicJwk, use: 'signature' }],
    ['a kty that is null', { ...es256.publicJwk, kty: null }],
    ['a y that is null', { ...es256.publicJwk, y: null }],
    ['operations without verifying', { ...es256.publicJwk, key_ops: ['sign'] }],
    ['operations that are a string', { ...es256.publicJwk, key_ops: 'verify' }],
    ['a private part', { ...es256.publicJwk, d: 'AAAA' }],
    ['a kid that is a number', { ...es256.publicJwk, kid: 1 }],
    ['an alg that is a list', { ...es256.publicJwk, alg: ['ES256'] }],
    ['an alg for encryption', { ...es256.publicJwk, alg: 'ECDH-ES' }],
    ['another curve by name', { ...es256.publicJwk, crv: 'P-384' }],
    ['a curve that we do not have', { ...es256.publicJwk, crv: 'secp256k1' }],
    ['a point off the curve', { ...es256.publicJwk, y: toSegment(Buffer.alloc(32, 7)) }],
    ['the point at infinity', { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }],
    ['no y', { ...es256.publicJwk, y: undefined }],
    ['an x that is a number', { ...es256.publicJwk, x: 1 }],
    ['an x of padding', { ...es256.publicJwk, x: '====' }],
    ['an RSA modulus that is not there', { ...rs256.publicJwk, n: undefined }],
    ['an RSA modulus of zeros', { ...rs256.publicJwk, n: toSegment(Buffer.alloc(256)) }],
    ['an RSA modulus with padding', { ...rs256.publicJwk, n: `${rs256.publicJwk['n']}==` }],
    ['an RSA exponent that is a number', { ...rs256.publicJwk, e: 65537 }],
    ['an Ed25519 key that is too short', { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }],
    ['a key for key agreement', { kty: 'OKP', crv: 'X25519', x: toSegment(Buffer.alloc(32, 9)) }],
  ])(
    'that are unusable verify nothing, and do not affect the other keys of the set: %s',
    async (_case, member) => {
      expect(await verifies(member, es256)).toBe(false);
      const keys = createLocalKeySet({ keys: [member as JsonWebKeyLike, ...toJwks(es256).keys] });
      for (const kid of ['ES256', undefined]) {
        const token = await signToken(validClaims(), { key: es256, kid });
        expect(await judgeToken(verifierFor({ keys }), token)).toHaveProperty('subject');
      }
    },
  );

  test('with the same kid are tried in turn', async () => {
    const twins = [
      await createSigningKey('ES256', 'same'),
      await createSigningKey('ES256', 'same'),
      await createSigningKey('RS256', 'same'),
    ];
    const one = verifierFor({ keys: toKeySet(...twins) });
    for (const key of twins) {
      expect(await judgeToken(one, await signToken(validClaims(), { key }))).toHaveProperty(
        'subject',
      );
    }
  });

  test('are tried in turn for a token without a kid, up to a limit', async () => {
    const many = await Promise.all(
      Array.from({ length: 40 }, (_, i) => createSigningKey('ES256', `${i}`)),
    );
    const one = verifierFor({ keys: toKeySet(...many) });
    const judged = await Promise.all(
      many.map(async (key) =>
        judgeToken(one, await signToken(validClaims(), { key, kid: undefined })),
      ),
    );
    expect(judged.slice(0, 16).every((one) => typeof one !== 'string')).toBe(true);
    expect(judged.slice(16).every((one) => one === 'token_invalid')).toBe(true);
    expect(
      await judgeToken(one, await signToken(validClaims(), { key: many[39] ?? es256 })),
    ).toHaveProperty('subject');
  });

  test('that are all unusable are rejected as a set', () => {
    expect(() => createLocalKeySet({ keys: [] })).toThrow(TypeError);
    expect(() => createLocalKeySet({ keys: [{ kty: 'oct', k: 'AAAA' }] })).toThrow(TypeError);
    const forAgreement = { kty: 'OKP', crv: 'X25519', x: toSegment(Buffer.alloc(32, 9)) };
    expect(() => createLocalKeySet({ keys: [forAgreement] })).toThrow(TypeError);
    const forEncryption = { ...rs256.publicJwk, alg: 'RSA-OAEP' };
    expect(() => createLocalKeySet({ keys: [forEncryption] })).toThrow(TypeError);
    expect(() => createLocalKeySet({} as never)).toThrow(TypeError);
  });

  test('of one issuer verify no tokens of another', async () => {
    const other = await createSigningKey('ES256', 'other');
    const one = verifierFor({ keys: toKeySet(other) });
    expect(await judgeToken(one, await signToken())).toBe('token_invalid');
  });
});

describe('any token that the issuer could be tricked into signing', () => {
  test('results in a principal or a refusal, never in a fault', async () => {
    const one = verifierFor({ keys: toKeySet(es256, rs256), audience: null });
    const names = (...known: readonly string[]) =>
      fc.oneof(fc.constantFrom(...known), fc.string({ maxLength: 5 }));
    const value = fc.jsonValue({ maxDepth: 2 });
    const header = fc.dictionary(
      names('alg', 'kid', 'typ', 'crit', 'b64', 'jwk', 'zip', 'enc', '__proto__'),
      fc.oneof(value, fc.constantFrom('ES256', 'RS256', 'JWT')),
      { noNullPrototype: true, maxKeys: 4 },
    );
    const claims = fc.dictionary(
      names('sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'scope', 'scp', 'groups', 'groupid', 'act'),
      fc.oneof(value, fc.constantFrom(2e9, 'ada', '', ['a'], { sub: 'a' })),
      { noNullPrototype: true, maxKeys: 5 },
    );
    await fc.assert(
      fc.asyncProperty(header, claims, async (odd, said) => {
        const token = await signSegments(
          { alg: 'ES256', kid: 'ES256', ...odd },
          { ...validClaims(), ...said },
          es256,
        );
        const judged = await judgeToken(one, token);
        if (typeof judged === 'string') expect(judged).toMatch(/^token_(?:invalid|expired)$/);
        else expect(judged.subject).toBeTypeOf('string');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a shared secret', () => {
  const secret = new TextEncoder().encode('a secret of thirty-two bytes, ok');
  const long = new Uint8Array(64).fill(7);

  test.each([
    ['HS256', secret],
    ['HS384', long],
    ['HS512', long],
  ] as const)('verifies %s', async (alg, bytes) => {
    const one = verifierFor({ secret: bytes, algorithm: alg });
    const token = await signWithSecret(validClaims(), bytes, { alg });
    expect(await judgeToken(one, token)).toHaveProperty('subject');
    const other = await signWithSecret(validClaims(), bytes.slice(1), { alg });
    expect(await judgeToken(one, other)).toBe('token_invalid');
  });

  test('verifies its one algorithm only', async () => {
    const one = verifierFor({ secret: long, algorithm: 'HS256' });
    for (const alg of ['HS384', 'HS512'] as const) {
      expect(await judgeToken(one, await signWithSecret(validClaims(), long, { alg }))).toBe(
        'token_invalid',
      );
    }
    expect(await judgeToken(one, await signToken())).toBe('token_invalid');
    expect(await judgeToken(one, craftToken({ alg: 'none' }, validClaims(), ''))).toBe(
      'token_invalid',
    );
  });

  test('is copied: changing the bytes later changes nothing', async () => {
    const bytes = Uint8Array.from(secret);
    const one = verifierFor({ secret: bytes, algorithm: 'HS256' });
    bytes.fill(0);
    expect(await judgeToken(one, await signWithSecret(validClaims(), secret))).toHaveProperty(
      'subject',
    );
    expect(await judgeToken(one, await signWithSecret(validClaims(), bytes))).toBe('token_invalid');
  });
});

async function exportPublic(jwk: JsonWebKeyLike): Promise<ArrayBuffer> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('jwk', jwk as JsonWebKey, algorithm, true, ['verify']);
  return crypto.subtle.exportKey('spki', key);
}

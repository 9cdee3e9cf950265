import {
  createJwtVerifier,
  createKeySet,
  createLocalKeySet,
  type JwtIssuer,
} from '@mandate/core/jwt';
import { beforeAll, describe, expect, test } from 'vitest';
import { judgeToken, verifierFor } from '../../support/judge-token.js';
import {
  AUDIENCE,
  createSigningKey,
  fixtureKey,
  ISSUER,
  type SigningKey,
  signToken,
  signWithSecret,
  toJwks,
  toKeySet,
  validClaims,
} from '../../support/tokens.js';

const secret = new Uint8Array(32).fill(3);
const nextSecret = new Uint8Array(32).fill(4);
const ACCEPTED = expect.objectContaining({ subject: 'ada@example.com' });

let key: SigningKey;
let other: SigningKey;
let rsa: SigningKey;

beforeAll(async () => {
  key = await fixtureKey('ES256');
  other = await createSigningKey('ES256', 'other');
  rsa = await fixtureKey('RS256');
});

async function judge(rules: Partial<JwtIssuer>, token: string | Promise<string>) {
  return judgeToken(verifierFor(rules), await token);
}

describe('one issuer', () => {
  test('has key sets and a secret side by side', async () => {
    const rules = { keys: toKeySet(key), secret, algorithm: 'HS256' } as const;
    expect(await judge(rules, signToken())).toEqual(ACCEPTED);
    expect(await judge(rules, signWithSecret(validClaims(), secret))).toEqual(ACCEPTED);
    expect(await judge(rules, signWithSecret(validClaims(), nextSecret))).toBe('token_invalid');
    expect(await judge(rules, signToken(validClaims(), { key: other }))).toBe('token_invalid');
  });

  test('has two secrets while one replaces the other', async () => {
    const rules = { secret: [secret, nextSecret], algorithm: 'HS256' } as const;
    for (const one of [secret, nextSecret]) {
      expect(await judge(rules, signWithSecret(validClaims(), one))).toEqual(ACCEPTED);
    }
    const third = new Uint8Array(32).fill(5);
    expect(await judge(rules, signWithSecret(validClaims(), third))).toBe('token_invalid');
  });

  test('has several key sets', async () => {
    const rules = { keys: [toKeySet(key), toKeySet(other, rsa)] };
    for (const one of [key, other, rsa]) {
      expect(await judge(rules, signToken(validClaims(), { key: one }))).toEqual(ACCEPTED);
    }
  });

  test('never verifies an HMAC with a public key, or with another algorithm than that of its secret', async () => {
    const rules = {
      keys: toKeySet(key, rsa),
      secret: new Uint8Array(64).fill(3),
      algorithm: 'HS256',
    } as const;
    const jwk = new TextEncoder().encode(JSON.stringify(toJwks(rsa).keys[0]));
    for (const kid of [undefined, key.kid, rsa.kid]) {
      const forged = signWithSecret(validClaims(), jwk, { kid });
      expect(await judge(rules, forged)).toBe('token_invalid');
    }
    const otherAlg = signWithSecret(validClaims(), new Uint8Array(64).fill(3), { alg: 'HS512' });
    expect(await judge(rules, otherAlg)).toBe('token_invalid');
  });

  test('allows with `algorithms` only what its keys verify', async () => {
    const rules = {
      keys: toKeySet(key, rsa),
      algorithms: ['ES256'],
      secret,
      algorithm: 'HS256',
    } as const;
    expect(await judge(rules, signToken(validClaims(), { key: rsa }))).toBe('token_invalid');
    expect(await judge(rules, signToken(validClaims(), { key }))).toEqual(ACCEPTED);
    expect(await judge(rules, signWithSecret(validClaims(), secret))).toEqual(ACCEPTED);
  });
});

describe('several remote key sets', () => {
  const jwksOf = (fetched: string[], sets: Readonly<Record<string, SigningKey | Error>>) => {
    return Object.keys(sets).map((name) =>
      createKeySet({
        url: `https://${name}.example/jwks`,
        fetch: async () => {
          fetched.push(name);
          const one = sets[name] as SigningKey | Error;
          if (one instanceof Error) throw one;
          return Response.json(toJwks(one));
        },
      }),
    );
  };

  test('are fetched only for a key that is in none of them', async () => {
    const fetched: string[] = [];
    const verifier = verifierFor({ keys: jwksOf(fetched, { a: key, b: other }) }, { cacheSize: 0 });
    for (const one of [other, key, other, key]) {
      expect(await judgeToken(verifier, await signToken(validClaims(), { key: one }))).toEqual(
        ACCEPTED,
      );
    }
    expect(fetched).toEqual(['a', 'b']);
  });

  test('verify while one of them cannot be fetched, but report no token as invalid', async () => {
    const keys = jwksOf([], { a: new Error('down'), b: other });
    expect(await judge({ keys }, signToken(validClaims(), { key: other }))).toEqual(ACCEPTED);
    expect(await judge({ keys }, signToken(validClaims(), { key }))).toBe('verifier_unavailable');
  });
});

describe('a key without a kid', () => {
  const nameless = () => {
    const { kid: _, ...jwk } = toJwks(key).keys[0] as { kid: string; kty: string };
    return createLocalKeySet({ keys: [jwk] });
  };

  test.each([undefined, 'ES256', 'of another name'])(
    'in a local set verifies the kid %j',
    async (kid) => {
      expect(await judge({ keys: nameless() }, signToken(validClaims(), { key, kid }))).toEqual(
        ACCEPTED,
      );
    },
  );

  test('verifies only what it has signed', async () => {
    const forged = signToken(validClaims(), { key: other, kid: 'x' });
    expect(await judge({ keys: nameless() }, forged)).toBe('token_invalid');
  });
});

describe('hostile: secrets that everyone knows, or that are too short', () => {
  const pem =
    '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----';
  const make = (one: unknown) => () =>
    createJwtVerifier({
      issuer: ISSUER,
      audience: AUDIENCE,
      secret: one as Uint8Array,
      algorithm: 'HS256',
    });

  test.each<[string, () => string]>([
    ['a JWK Set', () => JSON.stringify(toJwks(key))],
    ['a JWK Set behind a space', () => ` ${JSON.stringify(toJwks(key))}`],
    ['a JWK', () => JSON.stringify(toJwks(rsa).keys[0])],
    ['a JWK with a line break behind it', () => `${JSON.stringify(toJwks(rsa).keys[0])}\n`],
    ['a symmetric JWK', () => JSON.stringify({ kty: 'oct', k: 'A'.repeat(43) })],
    ['a PEM text', () => pem],
    ['a PEM text behind line breaks', () => `\r\n\n${pem}`],
    ['a PEM text behind a byte order mark', () => `\ufeff${pem}`],
    ['a PEM text behind attributes', () => `Bag Attributes\n    friendlyName: sso\n${pem}`],
    ['a PEM text behind a comment', () => `# the key of sso.example.com\n${pem}`],
    ['a certificate', () => pem.replaceAll('PUBLIC KEY', 'CERTIFICATE')],
    ['a private key', () => pem.replaceAll('PUBLIC KEY', 'EC PRIVATE KEY')],
    ['the text null, padded', () => `null${' '.repeat(40)}`],
  ])('%s is rejected', (_case, text) => {
    const bytes = new TextEncoder().encode(text());
    expect(make(bytes)).toThrow('a public key belongs in keys');
    expect(make([secret, bytes])).toThrow('a public key belongs in keys');
  });

  test.each([
    ['nothing', new Uint8Array(0), 'the secret must have 32 bytes or more'],
    ['31 bytes', new Uint8Array(31), 'the secret must have 32 bytes or more'],
    ['text', 'a secret of at least thirty-two bytes', 'the secret must be a Uint8Array'],
    ['a list of numbers', Array(32).fill(7), 'the secret must be a Uint8Array'],
    ['an ArrayBuffer', new ArrayBuffer(32), 'the secret must be a Uint8Array'],
    ['no secrets', [], 'at least one secret is required'],
    ['one good and one short secret', [secret, new Uint8Array(8)], 'must have 32 bytes or more'],
    ['a missing one beside a good one', [secret, undefined], 'the secret must be a Uint8Array'],
  ])('%s is rejected', (_case, value, message) => {
    expect(make(value)).toThrow(message);
  });
});

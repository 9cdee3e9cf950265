import { createLocalKeySet, type JsonWebKeySet } from '@mandate/core/jwt';
import { describe, expect, test } from 'vitest';
import { type Algorithm, createSigningKey, fixtureKey, toJwks } from '../../support/tokens.js';

const key = await fixtureKey('ES256');
const jwks = toJwks(key);

describe('createLocalKeySet', () => {
  test('accepts a JWK Set with unknown members', () => {
    expect(() => createLocalKeySet({ ...jwks, issued: 1 } as JsonWebKeySet)).not.toThrow();
  });

  test('takes a single JWK', () => {
    const found = createLocalKeySet(key.publicJwk).find({ alg: key.alg, kid: key.kid });
    expect(found).toHaveLength(1);
  });

  test.each<[string, unknown, RegExp]>([
    [
      'a PEM string',
      '\n-----BEGIN PUBLIC KEY-----\nMIIB',
      /got a PEM string; convert it with toJwk/,
    ],
    ['JSON text', JSON.stringify(jwks), /got a string of JSON; parse it first$/],
    ['an address', 'https://issuer.example/jwks', /got a URL; use createKeySet\(\{ url \}\)/],
    ['another string', 'key', /got a string$/],
    ['an array', jwks.keys, /got an array; pass \{ keys: array \}/],
    ['a URL', new URL('https://issuer.example/jwks'), /got a URL; use createKeySet\(\{ url \}\)/],
    ['a promise', Promise.resolve(jwks), /got a promise; await it first$/],
    ['keys that are not an array', { keys: key.publicJwk }, /'keys' is not an array$/],
    ['keys that are missing', {}, /'keys' is not an array$/],
    ['null', null, /got null$/],
    ['undefined', undefined, /got undefined$/],
    ['a number', 1, /got number$/],
    ['a function', () => jwks, /got function$/],
  ])('names the allowed input when it gets %s', (_what, value, message) => {
    const create = () => createLocalKeySet(value as JsonWebKeySet);
    expect(create).toThrow(TypeError);
    expect(create).toThrow(/^createLocalKeySet: expected a JWK Set, \{ keys: \[\.\.\.\] \}, but /);
    expect(create).toThrow(message);
  });

  test.each<[Algorithm, string]>([
    ['RS256', 'n'],
    ['RS256', 'e'],
    ['ES256', 'x'],
    ['ES256', 'y'],
    ['EdDSA', 'x'],
  ])('ignores a key of %s whose %s is not base64url', async (alg, member) => {
    const { kid, publicJwk } = await fixtureKey(alg);
    const value = publicJwk[member] as string;
    const others = toJwks(await createSigningKey('ES256', 'other')).keys;
    const find = (text: unknown) =>
      createLocalKeySet({ keys: [{ ...publicJwk, [member]: text }, ...others] }).find({ alg, kid });
    expect(find(value)).toHaveLength(1);
    for (const end of ['=', '==', ' ', '\n', '+', '/', '%3D', '\0']) {
      expect(find(value + end), end).toEqual([]);
    }
    expect(find(` ${value}`)).toEqual([]);
    expect(find([value])).toEqual([]);
  });

  test('quotes nothing of a private key', async () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----';
    for (const value of [pem, { ...key.publicJwk, d: 'c2VjcmV0' }]) {
      expect(() => createLocalKeySet(value as unknown as JsonWebKeySet)).toThrow(
        /^(?!.*c2VjcmV0)createLocalKeySet/s,
      );
    }
  });
});

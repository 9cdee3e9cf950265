import {
  type AuthorizationHandlerOptions,
  type AuthorizationServiceOptions,
  createAuthorizationHandler,
  createAuthorizationService,
  createMemoryDirectory,
  createMemorySigningKeyStore,
  createSigningKeys,
  type SigningKeysOptions,
} from '@mandate/issuer';
import { createSoapHandler, type SoapHandlerOptions } from '@mandate/issuer/soap';
import { describe, expect, test } from 'vitest';

// Mistakes that only JavaScript programs can make. They throw at creation, and not on each request.
const store = createMemorySigningKeyStore();
const keyEncryptionKeys = [new Uint8Array(32)];
const sound = {
  issuer: 'https://auth.example.com',
  directory: createMemoryDirectory(),
  signingKeys: createSigningKeys({ store, keyEncryptionKeys }),
  services: { presence: { audience: 'https://presence.example.com' } },
};

describe('createAuthorizationService', () => {
  test.each([
    ['no directory', { directory: undefined }, 'directory'],
    ['no signing keys', { signingKeys: undefined }, 'signingKeys'],
    ['invalid signing keys', { signingKeys: {} }, 'signingKeys'],
    ['no services', { services: undefined }, 'services'],
    [
      'a service without an audience',
      { services: { presence: {} } },
      'every service must have an audience',
    ],
    [
      'a name in place of a service',
      { services: { presence: 'https://a.example' } },
      'every service must have an audience',
    ],
    [
      'nothing in place of a service',
      { services: { presence: undefined } },
      'every service must have an audience',
    ],
  ])('rejects %s', (_what, wrong, word) => {
    const create = () =>
      createAuthorizationService({ ...sound, ...wrong } as unknown as AuthorizationServiceOptions);
    expect(create).toThrow(TypeError);
    expect(create).toThrow(`createAuthorizationService: ${word}`);
  });
});

describe('createSigningKeys', () => {
  test.each([
    ['no store', { keyEncryptionKeys }, 'createSigningKeys: store'],
    ['no key-encryption keys', { store }, 'keys must be a list of at least one Uint8Array'],
    ['one key in place of a list', { store, keyEncryptionKeys: keyEncryptionKeys[0] }, 'a list'],
  ])('rejects %s', (_what, options, words) => {
    const create = () => createSigningKeys(options as unknown as SigningKeysOptions);
    expect(create).toThrow(TypeError);
    expect(create).toThrow(words);
  });
});

test('createAuthorizationHandler rejects a value that is not a service', () => {
  const options = { service: {} } as AuthorizationHandlerOptions;
  expect(() => createAuthorizationHandler(options)).toThrow('createAuthorizationHandler: service');
});

test('createSoapHandler rejects a value that is not a service', () => {
  const options = { url: 'https://auth.example.com/soap' } as SoapHandlerOptions;
  expect(() => createSoapHandler(options)).toThrow('createSoapHandler: service');
});

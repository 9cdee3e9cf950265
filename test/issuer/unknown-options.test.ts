import * as issuer from '@mandate/issuer';
import * as soap from '@mandate/issuer/soap';
import { describeUnknownOptions } from '../support/unknown-options.js';
import { createWorld } from './world.js';

const { service, directory, signingKeys } = await createWorld();
const keyEncryptionKeys = [new Uint8Array(32)];
const store = issuer.createMemorySigningKeyStore();
const parts = { issuer: 'https://auth.example.com', directory, signingKeys };

describeUnknownOptions([issuer, soap], {
  createAuthorizationService: (unknown) =>
    issuer.createAuthorizationService({ ...parts, services: {}, ...unknown }),
  'createAuthorizationService: a service': (unknown) =>
    issuer.createAuthorizationService({
      ...parts,
      services: { presence: { audience: 'https://api.example.com', ...unknown } },
    }),
  createAuthorizationHandler: (unknown) =>
    issuer.createAuthorizationHandler({ service, ...unknown }),
  createSoapHandler: (unknown) =>
    soap.createSoapHandler({ service, url: 'https://auth.example.com/soap', ...unknown }),
  createSigningKeys: (unknown) =>
    issuer.createSigningKeys({ store, keyEncryptionKeys, ...unknown }),
  createPasswordHasher: (unknown) => issuer.createPasswordHasher({ ...unknown }),
  createMemoryDirectory: (unknown) => issuer.createMemoryDirectory({ ...unknown }),
  createMemoryAttemptLimiter: (unknown) =>
    issuer.createMemoryAttemptLimiter({ attempts: 1, perSeconds: 1, ...unknown }),
  createLoginKey: (unknown) =>
    issuer.createLoginKey({
      partnerId: 1,
      partnerUserId: 'ada',
      apiKey: 'key',
      expiresAt: new Date(),
      ...unknown,
    }),
  createAttemptLimiter: 'takes no options',
  createApiKey: 'takes no options',
  createSessionId: 'takes no options',
  createSecretBox: 'takes no options',
  createMemorySigningKeyStore: 'takes no options',
});

import {
  createAuthorizationHandler,
  createAuthorizationService,
  createMemoryDirectory,
  createMemorySigningKeyStore,
  createSigningKeys,
} from '@mandate/issuer';

const KEY = new Uint8Array(32).fill(7);

/** Made while the module loads, as the documentation of Workers suggests for what all requests share. */
const directory = createMemoryDirectory();
const service = createAuthorizationService({
  issuer: 'https://auth.example.com',
  directory,
  signingKeys: createSigningKeys({
    store: createMemorySigningKeyStore(),
    keyEncryptionKeys: [KEY],
  }),
  services: { presence: { audience: 'https://presence.example.com' } },
});
const handle = createAuthorizationHandler({ service });

async function fill(): Promise<Response> {
  await directory.putGroup({ id: '12345', services: ['presence'] });
  await directory.putUser({ id: 'u-1', username: 'ada@example.com', password: 'a long one' });
  await directory.putMembership({ userId: 'u-1', groupId: '12345', scopes: ['PRESENCE'] });
  return new Response();
}

export const worker = {
  fetch: (request: Request): Promise<Response> =>
    request.url.endsWith('/fill') ? fill() : handle(request, {}),
};

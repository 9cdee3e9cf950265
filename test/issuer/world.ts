import {
  AuthorizationError,
  type AuthorizationErrorCode,
  type AuthorizationServiceOptions,
  createAuthorizationService,
  createLoginKey,
  createMemoryDirectory,
  createMemorySigningKeyStore,
  createPasswordHasher,
  createSigningKeys,
  type DirectoryOptions,
  type ManagedDirectory,
} from '@mandate/issuer';

export const ISSUER = 'https://auth.example.com';
export const AUDIENCE = 'https://presence.example.com';
export const API_KEY = 'api-key-of-group-12345';

/** A password hash that costs next to nothing. */
export const cheapPasswords = () => createPasswordHasher({ cost: 10, parallelization: 1 });

/** Time that passes only on demand. */
export function createClock(startMs = Date.UTC(2026, 0, 1)) {
  const clock = { ms: startMs, now: () => clock.ms };
  return clock;
}

/** alice is in 12345 and 67890, bob in 12345 only; 67890 has no presence. */
export async function fillDirectory(directory: ManagedDirectory): Promise<void> {
  await directory.putGroup({ id: '12345', services: ['presence', 'webservices'] });
  await directory.putGroup({ id: '67890', services: ['webservices'] });
  await directory.putUser({ id: 'u-alice', username: 'alice@example.com', password: 'correct' });
  await directory.putUser({ id: 'u-bob', username: 'bob', password: 'hunter2' });
  const scopes = ['PRESENCE', 'SESSIONS'];
  await directory.putMembership({
    userId: 'u-alice',
    groupId: '12345',
    scopes,
    partnerUserId: 'a7',
  });
  await directory.putMembership({ userId: 'u-alice', groupId: '67890', scopes: ['PRESENCE'] });
  await directory.putMembership({ userId: 'u-bob', groupId: '12345', scopes, partnerUserId: 'b1' });
  await directory.addApiKey('12345', API_KEY);
  await directory.addApiKey('67890', 'api-key-of-group-67890');
}

export interface World {
  readonly options?: Partial<AuthorizationServiceOptions>;
  readonly directory?: (options: DirectoryOptions) => ManagedDirectory | Promise<ManagedDirectory>;
  readonly passwords?: DirectoryOptions['passwords'];
}

/** A service with its directory and keys, at a standing clock. */
export async function createWorld({ options, directory: open, passwords }: World = {}) {
  const clock = createClock();
  const directory = await (open ?? createMemoryDirectory)({
    passwords: passwords ?? cheapPasswords(),
    checkG4sCredentials: async (username, g4s) => username === 'bob' && g4s === 'g'.repeat(32),
    now: clock.now,
  });
  await fillDirectory(directory);
  const signingKeys = createSigningKeys({
    store: createMemorySigningKeyStore(),
    keyEncryptionKeys: [new Uint8Array(32).fill(7)],
    now: clock.now,
  });
  const service = createAuthorizationService({
    issuer: ISSUER,
    directory,
    signingKeys,
    services: { presence: { audience: AUDIENCE }, webservices: { audience: 'https://ws.example' } },
    defaultService: 'presence',
    now: clock.now,
    ...options,
  });
  const loginKey = (partnerUserId: string, partnerId = '12345', apiKey = API_KEY) =>
    createLoginKey({
      ...{ partnerId, partnerUserId, apiKey },
      expiresAt: new Date(clock.ms + 300_000),
      now: clock.now,
    });
  return { clock, directory, signingKeys, service, loginKey };
}

/** The code of the error that the promise rejects with. */
export async function codeOf(promise: Promise<unknown>): Promise<AuthorizationErrorCode | 'none'> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    if (error instanceof AuthorizationError) return error.code;
    throw error;
  }
}

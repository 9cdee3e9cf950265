import {
  createAuthorizationService,
  createLoginKey,
  createMemoryAttemptLimiter,
  createMemoryDirectory,
  createMemorySigningKeyStore,
  createPasswordHasher,
  createSigningKeys,
} from '@mandate/issuer';
import { SignJWT } from 'jose';
import { interleave, median, ratio } from '../support/interleave.mjs';
import { atLeast, row } from '../support/table.mjs';

const ISSUER = 'https://auth.example.com';
const AUDIENCE = 'https://presence.example.com';
const API_KEY = 'an-api-key-of-32-characters-and-more';
const PARTNER = { partnerid: '12345', partneruserid: 'agent-7' };

/** Authorizations against what nothing can avoid: the signature, and for passwords the hash. */
export async function measure() {
  const { directory, passwords } = await createDirectory();
  const { service, sign } = await createService(directory);
  const loginkey = createLoginKey({
    ...{ partnerId: PARTNER.partnerid, partnerUserId: PARTNER.partneruserid, apiKey: API_KEY },
    expiresAt: new Date(Date.now() + 3600_000),
  });
  const withPassword = (username, password) =>
    service.authorize({ credentials: { kind: 'password', username, password } });
  const login = await interleave(
    {
      signature: () => secondsPerCall(sign, 16, 500),
      authorization: () =>
        secondsPerCall(
          () => service.authorize({ credentials: { kind: 'partner', ...PARTNER, loginkey } }),
          16,
          500,
        ),
    },
    41,
  );
  // Two at once, as many as the queue lets run.
  const password = await interleave(
    {
      hash: () => secondsPerCall(() => passwords.verify('x', undefined), 2, 4),
      authorization: () => secondsPerCall(() => withPassword('agent', 'correct'), 2, 4),
    },
    15,
  );
  const rejected = await interleave(
    {
      unknown: () => secondsPerCall(() => withPassword('nobody', 'x').catch(() => {}), 1, 2),
      wrong: () => secondsPerCall(() => withPassword('agent', 'x').catch(() => {}), 1, 2),
    },
    25,
  );
  const difference = ratio(rejected.wrong, rejected.unknown);
  return [
    atLeast(
      'authorizations with a login key, against bare ES256 signatures',
      ratio(login.signature, login.authorization),
      0.8,
      rates(login.authorization, login.signature),
    ),
    atLeast(
      'authorizations with a password, against the hash alone',
      ratio(password.hash, password.authorization),
      0.8,
      rates(password.authorization, password.hash),
    ),
    row(
      'time until a wrong password is rejected, against an unknown user',
      `${difference.toFixed(3)} ×`,
      '0.95 to 1.05 ×',
      Math.abs(difference - 1) <= 0.05,
      `${[rejected.wrong, rejected.unknown].map((all) => (median(all) * 1000).toFixed(1)).join(' / ')} ms`,
    ),
  ];
}

/** Wall time of a call, with so many under way at once. Signatures and hashes run on other threads. */
async function secondsPerCall(call, atOnce, count) {
  let left = count;
  const work = async () => {
    while (left-- > 0) await call();
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, work));
  return (performance.now() - startedAt) / 1000 / count;
}

const rates = (...costs) =>
  `${costs.map((seconds) => (1 / median(seconds)).toFixed(0)).join(' / ')} per second`;

async function createDirectory() {
  const passwords = createPasswordHasher();
  const directory = createMemoryDirectory({ passwords });
  await directory.putGroup({ id: '12345', services: ['presence'] });
  await directory.putUser({ id: 'u-1', username: 'agent', password: 'correct' });
  await directory.putMembership({
    userId: 'u-1',
    groupId: '12345',
    scopes: ['PRESENCE'],
    partnerUserId: PARTNER.partneruserid,
  });
  await directory.addApiKey('12345', API_KEY);
  return { directory, passwords };
}

async function createService(directory) {
  const signingKeys = createSigningKeys({
    store: createMemorySigningKeyStore(),
    keyEncryptionKeys: [new Uint8Array(32)],
  });
  // Wrong passwords are measured, so no caller may be limited.
  const generous = () => createMemoryAttemptLimiter({ attempts: 1_000_000, perSeconds: 900 });
  const service = createAuthorizationService({
    issuer: ISSUER,
    directory,
    signingKeys,
    services: { presence: { audience: AUDIENCE } },
    accountLimiter: generous(),
    addressLimiter: generous(),
  });
  const { kid, algorithm, key } = await signingKeys.signer();
  const sign = () =>
    new SignJWT({
      iss: ISSUER,
      sub: 'u-1',
      aud: AUDIENCE,
      exp: 2_000_000_000,
      iat: 1_900_000_000,
      jti: crypto.randomUUID(),
      client_id: 'presence',
      groupid: '12345',
      scope: 'PRESENCE',
    })
      .setProtectedHeader({ alg: algorithm, kid, typ: 'at+jwt' })
      .sign(key);
  return { service, sign };
}

// Authorizations per second, against the cost of the password hash and of the signature alone.
import {
  createAuthorizationService,
  createLoginKey,
  createMemoryDirectory,
  createMemorySigningKeyStore,
  createPasswordHasher,
  createSigningKeys,
} from '@mandate/issuer';
import { SignJWT } from 'jose';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 2);
const API_KEY = 'an-api-key-of-32-characters-and-more';

/** Milliseconds for so many calls at once. */
async function time(call, count) {
  const from = performance.now();
  await Promise.all(Array.from({ length: count }, call));
  return performance.now() - from;
}

/**
 * Calls per second of both, so many at a time, in quick turns: what else the machine does hits both.
 * The median turn counts.
 */
async function compare(limit, own, count) {
  const times = { limit: [], own: [] };
  const until = performance.now() + SECONDS * 1000;
  while (performance.now() < until || times.own.length < 15) {
    times.limit.push(await time(limit, count));
    times.own.push(await time(own, count));
  }
  const perSecond = (all) => (count * 1000) / median(all.slice(5));
  return { limit: perSecond(times.limit), own: perSecond(times.own) };
}

const median = (figures) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)];

function print(title, { limit, own }) {
  const share = (own / limit).toFixed(2);
  console.log(`${title}: ${own.toFixed(0)}/s of ${limit.toFixed(0)}/s alone, ${share}`);
}

const passwords = createPasswordHasher();
const directory = createMemoryDirectory({ passwords });
await directory.putGroup({ id: '12345', services: ['presence'] });
await directory.putUser({ id: 'u-1', username: 'agent', password: 'correct' });
const membership = { userId: 'u-1', groupId: '12345', scopes: ['PRESENCE'] };
await directory.putMembership({ ...membership, partnerUserId: 'agent-7' });
await directory.addApiKey('12345', API_KEY);

const signingKeys = createSigningKeys({
  store: createMemorySigningKeyStore(),
  keyEncryptionKeys: [new Uint8Array(32)],
});
const service = createAuthorizationService({
  issuer: 'https://auth.example.com',
  directory,
  signingKeys,
  services: { presence: { audience: 'https://presence.example.com' } },
});

const { kid, algorithm, key } = await signingKeys.signer();
const sign = () =>
  new SignJWT({
    iss: 'https://auth.example.com',
    sub: 'u-1',
    aud: 'https://presence.example.com',
    exp: 2_000_000_000,
    iat: 1_900_000_000,
    jti: crypto.randomUUID(),
    client_id: 'presence',
    groupid: '12345',
    scope: 'PRESENCE',
  })
    .setProtectedHeader({ alg: algorithm, kid, typ: 'at+jwt' })
    .sign(key);

const expiresAt = new Date(Date.now() + 3600_000);
const partner = { partnerId: '12345', partnerUserId: 'agent-7' };
const loginkey = createLoginKey({ ...partner, apiKey: API_KEY, expiresAt });
const withLoginKey = () =>
  service.authorize({
    credentials: { kind: 'partner', partnerid: '12345', partneruserid: 'agent-7', loginkey },
  });
const withPassword = () =>
  service.authorize({ credentials: { kind: 'password', username: 'agent', password: 'correct' } });

const login = await compare(sign, withLoginKey, 16);
print('login key against the ES256 signature', login);
// Two at once, as many as the queue lets run.
print(
  'password against the hash',
  await compare(() => passwords.verify('x', undefined), withPassword, 2),
);
if (login.own / login.limit < 0.8) {
  console.error('less than 0.8 of the limit');
  process.exitCode = 1;
}

import {
  createMemoryTokenStore,
  createTokenAuthority,
  createTokenHasher,
  createTokenVerifier,
} from '@mandate/tokens';
import { expect, test } from 'vitest';
import { judgeToken } from '../support/judge-token.js';

const old = { id: 'old', key: new Uint8Array(32).fill(1) };
const young = { id: 'young', key: new Uint8Array(32).fill(2) };
const admin = { subject: 'admin@example.com', isSuperAdmin: true };
const NEW_TOKEN = {
  description: 'x',
  permission: 'USER',
  userEmail: 'ada@example.com',
  scopes: ['SEARCH'],
} as const;

test('a hash reveals nothing of the secret, and differs with every pepper', () => {
  const hashes = [['none' as const], [old], [young]].map((peppers) =>
    createTokenHasher(peppers).hash('secret'),
  );
  expect(new Set(hashes).size).toBe(3);
  expect(hashes.map((hash) => hash.split(':')[0])).toEqual(['sha256', 'old', 'young']);
  expect(hashes.join()).not.toContain('secret');
});

test('the bytes of a pepper may be overwritten after the hasher is created', () => {
  const key = new Uint8Array(32).fill(1);
  const hasher = createTokenHasher([{ id: 'old', key }]);
  key.fill(0);
  expect(hasher.hash('secret')).toBe(createTokenHasher([old]).hash('secret'));
});

test.each([
  ['a short key', { id: 'p', key: new Uint8Array(31) }],
  ['an empty id', { ...old, id: '' }],
  ['a colon in its id', { ...old, id: 'a:b' }],
  ['the name of the plain hash', { ...old, id: 'sha256' }],
])('a pepper with %s is rejected', (_, pepper) => {
  expect(() => createTokenHasher([pepper])).toThrow(TypeError);
});

test.each([
  ['without a pepper', ['none' as const]],
  ['with the old pepper', [old]],
])('a token hashed %s is accepted after the change, and re-hashed when used', async (_, before) => {
  const store = createMemoryTokenStore();
  const { secret, token } = await createTokenAuthority({
    store,
    hasher: createTokenHasher(before),
  }).create(NEW_TOKEN, admin);
  const verifier = createTokenVerifier({ store, hasher: createTokenHasher([young, old, 'none']) });
  expect(await judgeToken(verifier, secret)).toMatchObject({ tokenId: token.id });
  await expect.poll(() => store.find([createTokenHasher([young]).hash(secret)])).toBeDefined();
  const only = createTokenVerifier({ store, hasher: createTokenHasher([young]) });
  expect(await judgeToken(only, secret)).toMatchObject({ tokenId: token.id });
});

test("instances that first append a new pepper accept each other's tokens at every step", async () => {
  const steps = [[old], [old, young], [young, old]].map((peppers) => createTokenHasher(peppers));
  for (const [step, hasher] of steps.slice(1).entries()) {
    const store = createMemoryTokenStore();
    const both = [steps[step] ?? hasher, hasher];
    for (const one of both) {
      const { secret } = await createTokenAuthority({ store, hasher: one }).create(
        NEW_TOKEN,
        admin,
      );
      for (const other of [...both, ...both]) {
        const verifier = createTokenVerifier({ store, hasher: other });
        expect(await judgeToken(verifier, secret)).toMatchObject({ permission: 'USER' });
      }
    }
  }
});

test('a token whose pepper is gone is unknown', async () => {
  const store = createMemoryTokenStore();
  const { secret } = await createTokenAuthority({ store, hasher: createTokenHasher([old]) }).create(
    NEW_TOKEN,
    admin,
  );
  const verifier = createTokenVerifier({ store, hasher: createTokenHasher([young]) });
  expect(await judgeToken(verifier, secret)).toBe('token_invalid');
});

test('with a pepper, a plain hash in the store is not accepted', async () => {
  const store = createMemoryTokenStore();
  const { secret } = await createTokenAuthority({ store }).create(NEW_TOKEN, admin);
  const verifier = createTokenVerifier({ store, hasher: createTokenHasher([young]) });
  expect(await judgeToken(verifier, secret)).toBe('token_invalid');
});

test('a hasher without options is rejected', () => {
  expect(() => createTokenHasher([])).toThrow(TypeError);
});

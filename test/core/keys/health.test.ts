import { createGuard, type TokenVerifier } from '@mandate/core';
import { rememberVerified } from '@mandate/core/introspection';
import { createJwtVerifier, createKeySet, createLocalKeySet, type KeySet } from '@mandate/core/jwt';
import { beforeEach, expect, test } from 'vitest';
import { AUDIENCE, fixtureKey, toJwks } from '../../support/tokens.js';

const jwks = toJwks(await fixtureKey('ES256'));
let nowMs: number;
let fails: boolean;
let fetched: string[];

beforeEach(() => {
  nowMs = Date.UTC(2030, 0, 1);
  fails = false;
  fetched = [];
});

function createKeys(name: string): KeySet {
  return createKeySet({
    url: `https://${name}.example/jwks`,
    maxAgeSeconds: 600,
    maxStaleSeconds: 3600,
    now: () => nowMs,
    random: () => 0,
    fetch: async () => {
      fetched.push(name);
      if (fails) throw new Error('down');
      return Response.json(jwks);
    },
  });
}

const issuerOf = (name: string, keys: KeySet | readonly KeySet[] = createKeys(name)) => ({
  issuer: `https://${name}.example`,
  audience: AUDIENCE,
  keys,
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('warmUp fetches the keys of every issuer once, and returns what is ready', async () => {
  const guard = createGuard({ verifiers: [createJwtVerifier([issuerOf('a'), issuerOf('b')])] });
  expect(guard.health()).toMatchObject([{ status: 'unavailable' }, { status: 'unavailable' }]);
  expect(await guard.warmUp()).toEqual([
    { name: 'https://a.example', status: 'ready', ageSeconds: 0 },
    { name: 'https://b.example', status: 'ready', ageSeconds: 0 },
  ]);
  await guard.warmUp();
  expect(fetched).toEqual(['a', 'b']);
});

test('warmUp does not reject while the keys cannot be fetched', async () => {
  fails = true;
  const guard = createGuard({ verifiers: [createJwtVerifier(issuerOf('a'))] });
  const [health] = await guard.warmUp();
  expect(health).toEqual({
    name: 'https://a.example',
    status: 'unavailable',
    ageSeconds: undefined,
  });
});

test('health distinguishes current, stale and missing keys', async () => {
  const guard = createGuard({ verifiers: [createJwtVerifier(issuerOf('a'))] });
  await guard.warmUp();
  fails = true;
  nowMs += 599_000;
  expect(guard.health()).toMatchObject([{ status: 'ready', ageSeconds: 599 }]);
  await turn();
  nowMs += 1_000;
  expect(guard.health()).toMatchObject([{ status: 'stale', ageSeconds: 600 }]);
  await turn();
  nowMs += 3_000_000;
  expect(guard.health()).toMatchObject([{ status: 'unavailable' }]);
});

test('health starts a refresh that is due, so a probe keeps the keys fresh', async () => {
  const guard = createGuard({ verifiers: [createJwtVerifier(issuerOf('a'))] });
  await guard.warmUp();
  nowMs += 400_000;
  guard.health();
  while (guard.health()[0]?.ageSeconds !== 0) await turn();
  expect(fetched).toEqual(['a', 'a']);
});

test('an issuer of several key sets is as healthy as the worst of them', async () => {
  const working = createLocalKeySet(jwks);
  const guard = createGuard({
    verifiers: [createJwtVerifier(issuerOf('a', [working, createKeys('a')]))],
  });
  expect(guard.health()).toMatchObject([{ status: 'unavailable' }]);
  expect(await guard.warmUp()).toMatchObject([{ status: 'ready' }]);
});

test('local keys and secrets are ready', () => {
  const secret = { secret: new Uint8Array(32), algorithm: 'HS256' } as const;
  const verifier = createJwtVerifier([
    issuerOf('a', createLocalKeySet(jwks)),
    { ...issuerOf('b'), keys: undefined, ...secret },
  ]);
  expect(createGuard({ verifiers: [verifier] }).health()).toEqual([
    { name: 'https://a.example', status: 'ready' },
    { name: 'https://b.example', status: 'ready' },
  ]);
});

test('a verifier of your own may report its health, also behind rememberVerified', async () => {
  let isWarm = false;
  const own: TokenVerifier = {
    accepts: () => true,
    verify: () => {
      throw new Error('not asked');
    },
    warmUp: async () => {
      isWarm = true;
    },
    health: () => [{ name: 'sessions', status: isWarm ? 'ready' : 'unavailable' }],
  };
  const silent: TokenVerifier = { accepts: own.accepts, verify: own.verify };
  const guard = createGuard({ verifiers: [rememberVerified(own), silent] });
  expect(guard.health()).toEqual([{ name: 'sessions', status: 'unavailable' }]);
  expect(await guard.warmUp()).toEqual([{ name: 'sessions', status: 'ready' }]);
});

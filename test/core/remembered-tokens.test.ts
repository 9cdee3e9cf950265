import { type AuthRequest, type Credentials, createGuard, type TokenVerifier } from '@mandate/core';
import { createJwtVerifier } from '@mandate/core/jwt';
import { beforeAll, expect, test } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import {
  AUDIENCE,
  fixtureKey,
  ISSUER,
  signToken,
  toKeySet,
  validClaims,
} from '../support/tokens.js';

const NOW_MS = 1_700_000_000_000;
const EXP = NOW_MS / 1000 + 10;

let keys: ReturnType<typeof toKeySet>;
let request: AuthRequest;

beforeAll(async () => {
  keys = toKeySet(await fixtureKey('ES256'));
  const token = await signToken(validClaims({ iat: EXP - 60, exp: EXP }));
  request = createRequest({ token });
});

const jwtVerifier = (now?: () => number) =>
  createJwtVerifier(
    { issuer: ISSUER, audience: AUDIENCE, keys, clockToleranceSeconds: 0 },
    { now },
  );

test('expires by the clock of the guard, also if the clock of the verifier is slow', async () => {
  let nowMs = NOW_MS;
  const guard = createGuard({ verifiers: [jwtVerifier(() => NOW_MS)], now: () => nowMs });
  expect(await guard.authenticate(request)).toMatchObject({ allowed: true });
  expect(guard.authenticate(request)).toMatchObject({ allowed: true });
  nowMs = EXP * 1000;
  expect(guard.authenticate(request)).toMatchObject({ error: { code: 'token_expired' } });
});

test('expires while a wrapper of the verifier waits', async () => {
  let nowMs = NOW_MS;
  const inner = jwtVerifier();
  const slow: TokenVerifier = {
    accepts: (credentials) => inner.accepts(credentials),
    async verify(credentials) {
      const principal = await inner.verify(credentials);
      nowMs = EXP * 1000;
      return principal;
    },
  };
  const guard = createGuard({ verifiers: [inner], now: () => nowMs });
  expect(await guard.authenticate(request)).toMatchObject({ allowed: true });
  const slowGuard = createGuard({ verifiers: [slow], now: () => nowMs });
  expect(await slowGuard.authenticate(request)).toMatchObject({
    error: { code: 'token_expired' },
  });
});

test('checks a principal that a wrapper of the verifier changed', async () => {
  const inner = jwtVerifier();
  const changing: TokenVerifier = {
    accepts: (credentials) => inner.accepts(credentials),
    verify: (credentials) => ({ ...(inner.verify(credentials) as object), subject: '' }) as never,
  };
  const now = () => NOW_MS;
  await createGuard({ verifiers: [inner], now }).authenticate(request);
  const guard = createGuard({ verifiers: [changing], now });
  expect(() => guard.authenticate(request)).toThrow(TypeError);
});

test('is remembered by one verifier only', async () => {
  const other = createJwtVerifier({ issuer: ISSUER, audience: 'other', keys });
  const inner = jwtVerifier();
  const mixed: TokenVerifier = {
    accepts: (credentials) => inner.accepts(credentials),
    verify: (credentials) => other.verify(credentials),
  };
  const now = () => NOW_MS;
  await createGuard({ verifiers: [inner], now }).authenticate(request);
  const decision = await createGuard({ verifiers: [mixed], now }).authenticate(request);
  expect(decision).toMatchObject({ error: { code: 'token_invalid' } });
});

test('is verified in credentials that another copy of the package made', async () => {
  const inner = jwtVerifier();
  const copy = ({ token, request, nowMs }: Credentials): Credentials => ({ token, request, nowMs });
  const copying: TokenVerifier = {
    accepts: (credentials) => inner.accepts(copy(credentials)),
    verify: (credentials) => inner.verify(copy(credentials)),
  };
  const guard = createGuard({ verifiers: [copying], now: () => NOW_MS });
  for (const _ of [1, 2]) {
    expect(await guard.authenticate(request)).toMatchObject({ allowed: true });
  }
});

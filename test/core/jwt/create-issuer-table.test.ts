import { AuthError, createGuard } from '@mandate/core';
import {
  createIssuerTable,
  createJwtVerifier,
  type IssuerTableOptions,
  type JwtIssuer,
} from '@mandate/core/jwt';
import { expect, test } from 'vitest';
import { createRequest } from '../../support/auth-request.js';
import {
  AUDIENCE,
  createSigningKey,
  fixtureKey,
  signToken,
  toKeySet,
  validClaims,
} from '../../support/tokens.js';

const issuerOf = (issuer: string): JwtIssuer => ({
  issuer,
  audience: AUDIENCE,
  keys: toKeySet(key),
});
const key = await fixtureKey('ES256');
const A = 'https://a.example';
const tokenOf = (iss: unknown, options = {}) => signToken(validClaims({ iss }), options);

function createDecide(
  find: (iss: string) => unknown,
  options: IssuerTableOptions & { cacheSize?: number } = {},
  now: () => number = Date.now,
) {
  const asked: string[] = [];
  const { cacheSize, ...tableOptions } = options;
  const table = createIssuerTable((iss) => {
    asked.push(iss);
    return find(iss) as JwtIssuer;
  }, tableOptions);
  const verifier = createJwtVerifier(table, { cacheSize });
  const guard = createGuard({ verifiers: [verifier], now });
  const decide = async (token: string) => {
    const decision = await guard.authenticate(createRequest({ token }));
    return decision.allowed ? 'allowed' : decision.error.code;
  };
  return { asked, decide };
}

test.each([
  ['at once', (iss: string) => (iss === A ? issuerOf(A) : undefined)],
  ['later', async (iss: string) => (iss === A ? issuerOf(A) : undefined)],
])('an issuer that a function finds %s is accepted, and no other', async (_when, find) => {
  const { asked, decide } = createDecide(find);
  expect(await decide(await tokenOf(A))).toBe('allowed');
  expect(await decide(await tokenOf('https://b.example'))).toBe('token_invalid');
  const forged = await tokenOf(A, { key: await createSigningKey('ES256', 'ES256') });
  expect(await decide(forged)).toBe('token_invalid');
  expect(asked).toEqual([A, 'https://b.example']);
});

test('any number of tokens of an issuer share one search', async () => {
  const { asked, decide } = createDecide(async (iss) => issuerOf(iss));
  const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenOf(A)));
  const answers = await Promise.all(tokens.map(decide));
  expect(new Set(answers)).toEqual(new Set(['allowed']));
  expect(asked).toEqual([A]);
});

test('an issuer is searched again after rememberSeconds, and may be gone', async () => {
  let nowMs = Date.now();
  let found: JwtIssuer | undefined = issuerOf(A);
  const options = { rememberSeconds: 60, cacheSize: 0 };
  const { asked, decide } = createDecide(
    () => found,
    options,
    () => nowMs,
  );
  const token = await tokenOf(A);
  expect(await decide(token)).toBe('allowed');
  found = undefined;
  nowMs += 59_000;
  expect(await decide(token)).toBe('allowed');
  nowMs += 2_000;
  expect(await decide(token)).toBe('token_invalid');
  found = issuerOf(A);
  nowMs += 61_000;
  expect(await decide(token)).toBe('allowed');
  expect(asked).toHaveLength(3);
});

test('invented issuers do not evict found ones', async () => {
  const { asked, decide } = createDecide((iss) => (iss === A ? issuerOf(A) : undefined), {
    maxIssuers: 4,
    cacheSize: 0,
  });
  await decide(await tokenOf(A));
  for (let i = 0; i < 20; i++) await decide(await tokenOf(`https://${i}.example`));
  asked.length = 0;
  expect(await decide(await tokenOf(A))).toBe('allowed');
  expect(asked).toEqual([]);
});

test.each([undefined, 7, [A], '', 'x'.repeat(3000)])(
  'the issuer %j is not searched for',
  async (iss) => {
    const { asked, decide } = createDecide(() => undefined);
    expect(await decide(await tokenOf(iss))).toBe('token_invalid');
    expect(asked).toEqual([]);
  },
);

test.each([
  ['of another name', () => issuerOf('https://b.example')],
  ['for every issuer', () => ({ ...issuerOf(A), issuer: null })],
  ['that is invalid', () => ({ ...issuerOf(A), audiences: 'x' })],
  ['that is null', () => null],
  ['that is a URL', async () => 'https://a.example/jwks'],
])(
  'an issuer %s is a fault of the application, and the request is not allowed',
  async (_case, find) => {
    const { decide } = createDecide(find);
    await expect(decide(await tokenOf(A))).rejects.toThrow(TypeError);
  },
);

test('a failed search is a fault or an outage, depending on its error, and is not remembered', async () => {
  const faults: unknown[] = [new Error('database'), new AuthError('verifier_unavailable', 'down')];
  const { decide } = createDecide(async (iss) => {
    const fault = faults.shift();
    if (fault !== undefined) throw fault;
    return issuerOf(iss);
  });
  await expect(decide(await tokenOf(A))).rejects.toThrow('database');
  expect(await decide(await tokenOf(A))).toBe('verifier_unavailable');
  expect(await decide(await tokenOf(A))).toBe('allowed');
});

test.each([{ rememberSeconds: -1 }, { maxIssuers: 0 }, { rememberSeconds: Number.NaN }])(
  'a table cannot be made with %j',
  (options) => {
    expect(() => createIssuerTable(() => undefined, options)).toThrow(TypeError);
  },
);

test('a table cannot be made without a function', () => {
  expect(() => createIssuerTable({} as never)).toThrow('the first argument must be a function');
});

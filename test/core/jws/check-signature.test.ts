import { afterEach, describe, expect, test, vi } from 'vitest';
import { createRequest } from '../../support/auth-request.js';
import {
  type Algorithm,
  AUDIENCE,
  fixtureKey,
  ISSUER,
  signToken,
  toKeySet,
  validClaims,
  withSegment,
} from '../../support/tokens.js';

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;

afterEach(() => {
  vi.restoreAllMocks();
  vi.resetModules();
});

/** A guard as it is on Node, or on a runtime that has nothing but Web Crypto. */
async function createJudge(alg: Algorithm, runtime: 'node' | 'web') {
  vi.resetModules();
  if (runtime === 'web') vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never);
  const { createGuard } = await import('@mandate/core');
  const { createJwtVerifier } = await import('@mandate/core/jwt');
  const keys = toKeySet(await fixtureKey(alg));
  const guard = createGuard({
    verifiers: [createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys })],
  });
  return (token: string) => guard.authenticate(createRequest({ token }));
}

describe.each(RSA)('%s', (alg) => {
  test('gets the same result from Node and from Web Crypto', async () => {
    const token = await signToken(validClaims(), { alg });
    const signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url');
    const spellings = [
      signature,
      Buffer.alloc(0),
      Buffer.alloc(1),
      Buffer.alloc(signature.length),
      Buffer.alloc(signature.length, 0xff),
      signature.subarray(1),
      signature.subarray(0, -1),
      Buffer.concat([Buffer.alloc(1), signature]),
      Buffer.concat([signature, Buffer.alloc(1)]),
      ...[0, 100, 255].map((at) => signature.map((byte, i) => (i === at ? byte ^ 1 : byte))),
    ];
    const tokens = spellings.map((bytes) =>
      withSegment(token, 2, Buffer.from(bytes).toString('base64url')),
    );
    const verdicts: Record<string, boolean[]> = {};
    for (const runtime of ['node', 'web'] as const) {
      const judge = await createJudge(alg, runtime);
      verdicts[runtime] = await Promise.all(tokens.map(async (one) => (await judge(one)).allowed));
    }
    expect(verdicts['node']).toEqual([true, ...tokens.slice(1).map(() => false)]);
    expect(verdicts['web']).toEqual(verdicts['node']);
  });

  // OpenSSL accepts it for RSA-PSS, so that one token would have two spellings.
  test('is rejected by both without the zero that it begins with', async () => {
    let token: string;
    let signature: Buffer;
    let attempt = 0;
    do {
      token = await signToken(validClaims({ jti: `${attempt++}` }), { alg });
      signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url');
    } while (signature[0] !== 0);
    const short = withSegment(token, 2, signature.subarray(1).toString('base64url'));
    for (const runtime of ['node', 'web'] as const) {
      const judge = await createJudge(alg, runtime);
      expect((await judge(token)).allowed).toBe(true);
      expect((await judge(short)).allowed).toBe(false);
    }
  });

  test('is verified or rejected without a promise on Node if the key was used before', async () => {
    const judge = await createJudge(alg, 'node');
    await judge(await signToken(validClaims(), { alg }));
    const fresh = await signToken(validClaims({ sub: 'new@example.com' }), { alg });
    expect(judge(withSegment(fresh, 2, 'AAAA'))).toMatchObject({ allowed: false });
    expect(judge(fresh)).toMatchObject({ principal: { subject: 'new@example.com' } });
  });
});

describe.each(['ES256', 'ES512', 'EdDSA'] as const)('%s', (alg) => {
  test('is verified without a promise on Node while few requests need it', async () => {
    const judge = await createJudge(alg, 'node');
    await judge(await signToken(validClaims(), { alg }));
    const fresh = await signToken(validClaims({ sub: 'new@example.com' }), { alg });
    await endTurn();
    expect(judge(fresh)).toMatchObject({ principal: { subject: 'new@example.com' } });
    await endTurn();
    expect(judge(withSegment(fresh, 2, 'A'.repeat(86)))).toMatchObject({ allowed: false });
  });

  test('is verified in the pool of threads while many requests need it', async () => {
    const judge = await createJudge(alg, 'node');
    await judge(await signToken(validClaims(), { alg }));
    const tokens = await Promise.all(
      Array.from({ length: 300 }, (_, i) => signToken(validClaims({ sub: `${i}` }), { alg })),
    );
    const decisions = tokens.map((token) => judge(token));
    expect(decisions.some((decision) => decision instanceof Promise)).toBe(true);
    const forged = judge(withSegment(await signToken(validClaims(), { alg }), 2, 'AAAA'));
    const settled = await Promise.all(decisions);
    expect(settled.map((one) => one.allowed && one.principal.subject)).toEqual(
      tokens.map((_, i) => `${i}`),
    );
    expect(await forged).toMatchObject({ allowed: false });
  });
});

/** Each turn of the event loop may check some signatures at once. */
function endTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

import { createPublicKey, type JsonWebKey, randomUUID } from 'node:crypto';
import { createAwsAlbVerifier } from '@mandate/core/providers';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { fixtureKey } from '../support/tokens.js';

const SIGNER =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188';
const ISSUER = 'https://sso.example.com';
const NOW_MS = 1_790_000_000_000;
const TICK_MS = 50;

const toSegment = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const CLAIMS = toSegment({ sub: '1234567890' });

function toInput(kid: string): string {
  const header = { alg: 'ES256', kid, signer: SIGNER, iss: ISSUER, client: 'lb' };
  return `${toSegment({ ...header, exp: NOW_MS / 1000 + 3600 })}.${CLAIMS}`;
}

async function sign(kid: string): Promise<string> {
  const input = toInput(kid);
  const signature = await (await fixtureKey('ES256')).sign(new TextEncoder().encode(input));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

/** A token with an invented `kid`. Nothing gets as far as its signature. */
const invent = (kid: string) => `${toInput(kid)}.${'A'.repeat(86)}`;

/** The verifier behind a clock and a key server of the test. */
class Scene {
  readonly verifier = createAwsAlbVerifier({ signers: SIGNER, issuer: ISSUER, clientIds: 'lb' });
  /** When each `kid` was fetched. */
  readonly fetches: { readonly kid: string; readonly atMs: number }[] = [];
  readonly published = new Set<string>();
  /** The server answers none of these until they are released. */
  isHanging = false;
  status = 404;
  inFlight = 0;
  mostInFlight = 0;
  nowMs = 0;
  #release: (() => void)[] = [];
  readonly #pem: string;

  constructor(pem: string) {
    this.#pem = pem;
    vi.stubGlobal('fetch', (url: string) => this.#answer(url.slice(-36)));
    this.advance(0);
  }

  async #answer(kid: string): Promise<Response> {
    this.fetches.push({ kid, atMs: this.nowMs });
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    if (this.isHanging) await new Promise<void>((resolve) => this.#release.push(resolve));
    this.inFlight--;
    return this.published.has(kid)
      ? new Response(this.#pem)
      : new Response('none', { status: this.status });
  }

  release(): void {
    this.isHanging = false;
    for (const resolve of this.#release.splice(0)) resolve();
  }

  advance(ms: number): void {
    this.nowMs += ms;
    vi.setSystemTime(NOW_MS + this.nowMs);
  }

  /** `'allowed'`, or the code of the rejection. */
  async ask(token: string): Promise<string> {
    const request = createRequest({ headers: { 'x-amzn-oidc-data': token } });
    try {
      await this.verifier.verify({ request, nowMs: NOW_MS, token });
      return 'allowed';
    } catch (error) {
      return (error as { code: string }).code;
    }
  }
}

let pem = '';
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const jwk = (await fixtureKey('ES256')).publicJwk as JsonWebKey;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  pem = String(key.export({ type: 'spki', format: 'pem' }));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a key of an AWS load balancer', () => {
  test('is fetched once for all requests, and never again while it is known', async () => {
    const scene = new Scene(pem);
    const kid = randomUUID();
    const token = await sign(kid);
    scene.published.add(kid);
    scene.isHanging = true;
    const first = Promise.all([scene.ask(token), scene.ask(token), scene.ask(token)]);
    await vi.waitFor(() => expect(scene.fetches).toHaveLength(1));
    scene.release();
    expect(await first).toEqual(['allowed', 'allowed', 'allowed']);
    for (let i = 0; i < 3; i++) expect(await scene.ask(token)).toBe('allowed');
    expect(scene.fetches).toHaveLength(1);
  });

  test('that does not exist makes a token invalid, and is not fetched again for 5 s', async () => {
    const scene = new Scene(pem);
    const kid = randomUUID();
    const token = await sign(kid);
    expect(await scene.ask(token)).toBe('token_invalid');
    scene.published.add(kid);
    // It may have been published since, so the token does not count as invalid.
    expect(await scene.ask(token)).toBe('verifier_unavailable');
    scene.advance(4_999);
    expect(await scene.ask(token)).toBe('verifier_unavailable');
    expect(scene.fetches).toHaveLength(1);
    scene.advance(1);
    expect(await scene.ask(token)).toBe('allowed');
  });

  test.each([403, 500, 503])('is unavailable while the server answers %i', async (status) => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const scene = new Scene(pem);
    scene.status = status;
    expect(await scene.ask(invent(randomUUID()))).toBe('verifier_unavailable');
  });

  test('that is known serves while all fetches hang', async () => {
    const scene = new Scene(pem);
    const kid = randomUUID();
    const token = await sign(kid);
    scene.published.add(kid);
    expect(await scene.ask(token)).toBe('allowed');
    scene.advance(10_000);
    scene.isHanging = true;
    const invented = Array.from({ length: 50 }, () => scene.ask(invent(randomUUID())));
    expect(await scene.ask(token)).toBe('allowed');
    expect(scene.mostInFlight).toBe(10);
    scene.release();
    const answers = await Promise.all(invented);
    expect(answers.filter((code) => code === 'token_invalid')).toHaveLength(10);
    expect(answers.filter((code) => code === 'verifier_unavailable')).toHaveLength(40);
  });

  test('is fetched although fetches before it never settle', async () => {
    const scene = new Scene(pem);
    const kid = randomUUID();
    const token = await sign(kid);
    scene.published.add(kid);
    scene.isHanging = true;
    for (let i = 0; i < 10; i++) void scene.ask(invent(randomUUID()));
    expect(await scene.ask(token)).toBe('verifier_unavailable');
    scene.isHanging = false;
    scene.advance(10_000);
    expect(await scene.ask(token)).toBe('allowed');
    scene.release();
  });
});

interface Flood {
  /** Requests a second with invented `kid`s, and how often each of these is asked for. */
  readonly invented: number;
  readonly repeats: number;
  /** Requests a second with the new key. */
  readonly genuine: number;
}

/** Milliseconds until the first request with a new key is allowed, during a flood that has begun before. */
async function measureWait(scene: Scene, flood: Flood, limitMs: number): Promise<number> {
  const kid = randomUUID();
  const token = await sign(kid);
  scene.published.add(kid);
  const startMs = 2_000;
  const owed = { invented: 0, genuine: 0 };
  let current = randomUUID();
  let left = flood.repeats;
  const sendInvented = async () => {
    if (left-- === 0) {
      current = randomUUID();
      left = flood.repeats - 1;
    }
    expect(await scene.ask(invent(current))).not.toBe('allowed');
  };
  while (scene.nowMs < startMs + limitMs) {
    owed.invented += (flood.invented * TICK_MS) / 1000;
    for (; owed.invented >= 1; owed.invented--) await sendInvented();
    if (scene.nowMs >= startMs) owed.genuine += (flood.genuine * TICK_MS) / 1000;
    // After the invented ones of the tick, which so have the first choice each time.
    for (; owed.genuine >= 1; owed.genuine--) {
      if ((await scene.ask(token)) !== 'allowed') continue;
      const waitMs = scene.nowMs - startMs;
      expect(await scene.ask(token)).toBe('allowed');
      return waitMs;
    }
    scene.advance(TICK_MS);
  }
  return limitMs;
}

function checkFetches({ fetches, nowMs, mostInFlight }: Scene): void {
  expect(fetches.length).toBeLessThanOrEqual(10 + nowMs / 100);
  expect(mostInFlight).toBeLessThanOrEqual(10);
  const lastMs = new Map<string, number>();
  for (const { kid, atMs } of fetches) {
    expect(atMs - (lastMs.get(kid) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(5_000);
    lastMs.set(kid, atMs);
  }
}

describe('a new key during a flood of invented ones', () => {
  // One request in fifty has the new key, or more.
  const rates = fc.integer({ min: 20, max: 600 }).chain((invented) =>
    fc.record({
      invented: fc.constant(invented),
      genuine: fc.integer({ min: Math.ceil(invented / 50), max: 50 }),
    }),
  );

  test('is known after a few requests if each invented one is asked for once', async () => {
    await fc.assert(
      fc.asyncProperty(rates, async (rate) => {
        const scene = new Scene(pem);
        const waitMs = await measureWait(scene, { ...rate, repeats: 1 }, 60_000);
        expect(waitMs).toBeLessThanOrEqual(1_000 + 4_000 / rate.genuine);
        checkFetches(scene);
      }),
      { numRuns: 15 },
    );
  });

  test('waits no longer than it takes to be asked for more often than each of them', async () => {
    await fc.assert(
      fc.asyncProperty(rates, fc.integer({ min: 2, max: 40 }), async (rate, repeats) => {
        const scene = new Scene(pem);
        const waitMs = await measureWait(scene, { ...rate, repeats }, 120_000);
        expect(waitMs).toBeLessThanOrEqual(2_000 + (1_000 * (2 * repeats + 4)) / rate.genuine);
        checkFetches(scene);
      }),
      { numRuns: 15 },
    );
  });
});

import { createGuard, type Decision } from '@mandate/core';
import {
  createJwtVerifier,
  createKeySet,
  type KeyFetchEvent,
  type KeySetSettings,
  type KeySetUrl,
} from '@mandate/core/jwt';
import {
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';
import { createRequest } from '../../support/auth-request.js';
import {
  type Answer,
  createKeyServer,
  type KeyServer,
  serveBytes,
  serveCompressed,
  serveDrip,
  serveHeld,
  serveJson,
  serveKeys,
  serveNothing,
  serveStatus,
  serveText,
} from '../../support/key-server.js';
import {
  AUDIENCE,
  createSigningKey,
  ISSUER,
  type SigningKey,
  signToken,
  toJwks,
  validClaims,
} from '../../support/tokens.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** As an issuer may publish them beside its signing keys: only `alg` and `crv` show their purpose. */
const ENCRYPTION_KEYS = [
  { kty: 'OKP', crv: 'X25519', kid: 'x', x: Buffer.alloc(32, 9).toString('base64url') },
  { kty: 'EC', crv: 'P-256', kid: 'e', alg: 'ECDH-ES', x: 'AQ', y: 'AQ' },
  {
    kty: 'RSA',
    kid: 'r',
    alg: 'RSA-OAEP',
    n: Buffer.alloc(256, 9).toString('base64url'),
    e: 'AQAB',
  },
];
const POINTLESS_KEYS = [
  { kty: 'EC', crv: 'P-256', kid: 'first', x: 'AQ' },
  { kty: 'EC', crv: 'P-256', kid: 'first', x: null, y: 7 },
  { kty: 'EC', crv: 'P-256', kid: 'first', x: '', y: '' },
  { kty: 'OKP', crv: 'Ed25519', kid: 'first' },
];

let first: SigningKey;
let second: SigningKey;
let server: KeyServer;
let nowMs: number;
let events: KeyFetchEvent[];

beforeAll(async () => {
  first = await createSigningKey('ES256', 'first');
  second = await createSigningKey('ES256', 'second');
});

beforeEach(async () => {
  server = await createKeyServer(serveKeys(first));
  nowMs = Date.UTC(2030, 0, 1);
  events = [];
});

afterEach(() => server.stop());

/** An API of which every decision comes from the key server and the clock of this test. */
function createApi(options: KeySetSettings & Partial<KeySetUrl> = {}) {
  const keys = createKeySet({
    url: server.url,
    now: () => nowMs,
    random: () => 0.5,
    onFetch: (event) => events.push(event),
    ...options,
  });
  const issuer = { issuer: ISSUER, audience: AUDIENCE, keys };
  const verifier = createJwtVerifier(issuer, { now: () => nowMs, cacheSeconds: 24 * 3600 });
  const guard = createGuard({ verifiers: [verifier] });
  const decide = async (token: string) => guard.authenticate(createRequest({ token }));
  return {
    decide,
    answer: async (token: string) => toAnswer(await decide(token)),
    /** What is known at once, without waiting for the key server. */
    answerAtOnce(token: string) {
      const decision = guard.authenticate(createRequest({ token }));
      if (decision instanceof Promise) {
        decision.catch(() => {});
        return 'later';
      }
      return toAnswer(decision);
    },
  };
}

const toAnswer = (decision: Decision) => (decision.allowed ? 'allowed' : decision.error.code);

let serial = 0;
const sign = (key: SigningKey, options: Readonly<Record<string, unknown>> = {}) =>
  signToken(validClaims({ exp: nowMs / 1000 + 24 * 3600, jti: `${serial++}` }), {
    key,
    ...options,
  });

/** Time-outs that pass when the test says so, and never because the machine is slow. */
function controlTimeouts() {
  const running: AbortController[] = [];
  const spy = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
    const controller = new AbortController();
    running.push(controller);
    return controller.signal;
  });
  onTestFinished(() => spy.mockRestore());
  return {
    /** Waits until the key server has at least so many requests, and lets the time for them pass. */
    async pass(requests: number) {
      await expect.poll(() => server.requests).toBeGreaterThanOrEqual(requests);
      const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
      for (const controller of running) controller.abort(reason);
    },
  };
}

/** Lets the refresh that a request started in the background come to its end. */
async function settle(fetches: number) {
  while (events.length < fetches) await new Promise((resolve) => setImmediate(resolve));
}

describe('a key set', () => {
  test('is fetched once for any number of first requests', async () => {
    const held = serveHeld(serveKeys(first));
    server.answer = held.answer;
    const api = createApi();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => sign(first)));
    const arrived = server.nextRequest();
    const answers = Promise.all(tokens.map(api.answer));
    await arrived;
    held.release();
    expect(new Set(await answers)).toEqual(new Set(['allowed']));
    expect(server.requests).toBe(1);
  });

  test('is not fetched before a token needs it, nor for one that is expired', async () => {
    const api = createApi();
    expect(await api.answer(await signToken(validClaims({ exp: 1 }), { key: first }))).toBe(
      'token_expired',
    );
    expect(await api.answer('opaque')).toBe('token_invalid');
    expect(server.requests).toBe(0);
  });

  test('is fetched again at half its age while requests are answered at once', async () => {
    const api = createApi({ maxAgeSeconds: 600 });
    const token = await sign(first);
    await api.answer(token);

    nowMs += 5 * MINUTE - 1;
    expect(api.answerAtOnce(token)).toBe('allowed');
    expect(server.requests).toBe(1);

    nowMs += 1;
    const held = serveHeld(serveKeys(first));
    server.answer = held.answer;
    const arrived = server.nextRequest();
    for (let i = 0; i < 100; i++) expect(api.answerAtOnce(token)).toBe('allowed');
    await arrived;
    held.release();
    await settle(2);
    expect(server.requests).toBe(2);

    nowMs += 5 * MINUTE - 1;
    expect(api.answerAtOnce(token)).toBe('allowed');
    expect(server.requests).toBe(2);
  });

  test('answers at once after an idle time, and refreshes for the next requests', async () => {
    const api = createApi({ maxAgeSeconds: 600, maxStaleSeconds: 4 * 3600 });
    const token = await sign(first);
    const fresh = await sign(first);
    await api.answer(token);
    server.answer = serveKeys(second);
    nowMs += 4 * HOUR - 1;
    expect(api.answerAtOnce(token)).toBe('allowed');
    expect(api.answerAtOnce(fresh)).not.toBe('token_invalid');
    await settle(2);
    expect(await api.answer(token)).toBe('verifier_unavailable');
    expect(await api.answer(await sign(second))).toBe('allowed');
    expect(server.requests).toBe(2);
  });

  test('makes a request wait if its last fetch is maxStaleSeconds old', async () => {
    const api = createApi({ maxAgeSeconds: 600, maxStaleSeconds: 600 });
    const token = await sign(first);
    await api.answer(token);
    server.answer = serveKeys(second);
    nowMs += 10 * MINUTE;
    expect(api.answerAtOnce(token)).toBe('later');
    expect(await api.answer(token)).toBe('verifier_unavailable');
    expect(server.requests).toBe(2);
  });

  test('ages from the request, not from the answer', async () => {
    const held = serveHeld(serveKeys(first));
    server.answer = held.answer;
    const api = createApi({ maxAgeSeconds: 600 });
    const token = await sign(first);
    const arrived = server.nextRequest();
    const answer = api.answer(token);
    await arrived;
    nowMs += 4_000;
    held.release();
    expect(await answer).toBe('allowed');
    nowMs += 5 * MINUTE - 4_000;
    api.answerAtOnce(token);
    await settle(2);
    expect(server.requests).toBe(2);
  });
});

describe('a rotation', () => {
  test('is found by the first token that is signed with the new key', async () => {
    const api = createApi();
    await api.answer(await sign(first));
    server.answer = serveKeys(first, second);
    nowMs += 5_000;
    expect(await api.answer(await sign(second))).toBe('allowed');
    expect(server.requests).toBe(2);
  });

  test('is found once for any number of requests at the same time', async () => {
    const api = createApi();
    await api.answer(await sign(first));
    server.answer = serveKeys(first, second);
    nowMs += 5_000;
    const tokens = await Promise.all(Array.from({ length: 50 }, () => sign(second)));
    expect(new Set(await Promise.all(tokens.map(api.answer)))).toEqual(new Set(['allowed']));
    expect(server.requests).toBe(2);
  });

  test('is found by tokens that came while the old keys were still on their way', async () => {
    const api = createApi({ maxAgeSeconds: 600 });
    const old = await sign(first);
    await api.answer(old);
    nowMs += 5 * MINUTE;
    const held = serveHeld(serveKeys(first));
    server.answer = held.answer;
    const arrived = server.nextRequest();
    expect(api.answerAtOnce(old)).toBe('allowed');
    await arrived;

    server.answer = serveKeys(first, second);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => sign(second)));
    const answers = Promise.all(tokens.map(api.answer));
    nowMs += 5_000;
    held.release();
    expect(new Set(await answers)).toEqual(new Set(['allowed']));
    expect(server.requests).toBe(3);
  });

  test('makes a token that arrived after the last fetch unavailable, not invalid', async () => {
    const api = createApi();
    await api.answer(await sign(first));
    nowMs += 1_500;
    const token = await sign(second);
    expect(await api.decide(token)).toMatchObject({
      error: { code: 'verifier_unavailable', retryAfterSeconds: 4 },
      denial: { status: 503, headers: { 'retry-after': '4' } },
    });
    nowMs += 3_499;
    expect(await api.answer(token)).toBe('verifier_unavailable');
    nowMs += 1;
    expect(await api.answer(token)).toBe('token_invalid');
    expect(server.requests).toBe(2);
  });

  test('makes a token invalid if its key is not in the set that was fetched for it', async () => {
    const api = createApi({ maxAgeSeconds: 600 });
    expect(await api.answer(await sign(second))).toBe('token_invalid');
    for (const elapsedMs of [5_000, 5 * MINUTE, HOUR, 5 * HOUR]) {
      nowMs += elapsedMs;
      expect(await api.answer(await sign(second))).toBe('token_invalid');
    }
    expect(server.requests).toBe(5);
  });

  test.each(['at the same time', 'one after another'])(
    'is found within 5 s after 1,000 tokens with random kids %s, none of which is reported as invalid without a look-up',
    async (how) => {
      const api = createApi();
      await api.answer(await sign(first));
      nowMs += MINUTE;
      const bogus = await Promise.all(
        Array.from({ length: 1000 }, () => sign(second, { kid: crypto.randomUUID() })),
      );
      const answers: string[] = [];
      if (how === 'at the same time') answers.push(...(await Promise.all(bogus.map(api.answer))));
      else for (const token of bogus) answers.push(await api.answer(token));
      expect(answers[0]).toBe('token_invalid');
      expect(new Set(answers.slice(1))).toEqual(new Set(['verifier_unavailable']));
      expect(server.requests).toBe(2);

      server.answer = serveKeys(first, second);
      nowMs += 5_000;
      expect(await api.answer(await sign(second))).toBe('allowed');
    },
  );

  test('rejects a withdrawn key after the next refresh, for tokens that were verified before too', async () => {
    const api = createApi({ maxAgeSeconds: 600 });
    const old = await sign(first);
    expect(await api.answer(old)).toBe('allowed');
    expect(api.answerAtOnce(old)).toBe('allowed');

    server.answer = serveKeys(second);
    nowMs += 5 * MINUTE;
    expect(api.answerAtOnce(old)).toBe('allowed');
    await settle(2);
    expect(await api.answer(await sign(second))).toBe('allowed');
    expect(await api.answer(old)).toBe('verifier_unavailable');
    nowMs += 5_000;
    expect(await api.answer(old)).toBe('token_invalid');
    nowMs += 5_000;
    expect(await api.answer(await sign(first))).toBe('token_invalid');
  });

  test('keeps what was verified with a key that stays', async () => {
    const api = createApi();
    const token = await sign(first);
    await api.answer(token);
    server.answer = serveKeys(second, first);
    nowMs += 5_000;
    await api.answer(await sign(second));
    expect(server.requests).toBe(2);
    expect(api.answerAtOnce(token)).toBe('allowed');
  });

  test('rejects a key that was replaced under the same kid', async () => {
    const api = createApi({ maxAgeSeconds: 600 });
    const old = await sign(first);
    await api.answer(old);
    server.answer = serveJson({ keys: [{ ...second.publicJwk, kid: 'first' }] });
    nowMs += 5 * MINUTE;
    api.answerAtOnce(old);
    await settle(2);
    expect(await api.answer(old)).toBe('token_invalid');
    expect(await api.answer(await sign(second, { kid: 'first' }))).toBe('allowed');
  });
});

describe('an outage of the key server', () => {
  test.each<[string, Answer | 'stopped']>([
    ['does not listen', 'stopped'],
    ['answers 500', serveStatus(500)],
    ['answers 404', serveStatus(404)],
    ['answers 204', serveStatus(204)],
    ['answers with a page', serveText('<html><body>Maintenance</body></html>')],
    ['answers with nothing', serveText('', 'application/json')],
    ['answers with 50 MB', serveBytes(50 * 1024 * 1024)],
    ['answers with 50 MB that are small on the wire', serveCompressed(50 * 1024 * 1024)],
    ['answers with an empty set', serveJson({ keys: [] })],
    ['answers with unusable keys only', serveJson({ keys: [null, 1, { kty: 'oct', k: 'AA' }] })],
    ['answers with keys for encryption only', serveJson({ keys: ENCRYPTION_KEYS })],
    ['answers with keys that have lost their points', serveJson({ keys: POINTLESS_KEYS })],
    ['answers with another object', serveJson({ error: 'x' })],
    ['answers with a list', serveJson([])],
    ['answers with null', serveJson(null)],
    ['answers with keys that are not a list', serveJson({ keys: { 0: {} } })],
    ['answers with half a set', serveText('{"keys":[{"kty":"EC"', 'application/json')],
    ['closes the connection', (response) => response.destroy()],
    [
      'closes the connection in the middle',
      (response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"keys":[');
        setImmediate(() => response.destroy());
      },
    ],
  ])(
    'in which it %s: known keys serve until maxStaleSeconds, then 503, and it recovers',
    async (_how, fault) => {
      const api = createApi({ maxAgeSeconds: 600, maxStaleSeconds: 4 * 3600 });
      const before = await Promise.all(Array.from({ length: 5 }, () => sign(first)));
      for (const token of before) await api.answer(token);
      const fetchedAtMs = nowMs;
      if (fault === 'stopped') await server.stop();
      else server.answer = fault;

      // The first request past the refresh time fetches them, and no request is rejected.
      for (const minutes of [5, 9, 10, 11, 60, 239]) {
        nowMs = fetchedAtMs + minutes * MINUTE;
        for (const token of before) expect(await api.answer(token)).toBe('allowed');
        expect(await api.answer(await sign(first))).toBe('allowed');
        // An unknown key may be a new one, so the token is not invalid.
        expect(await api.answer(await sign(second))).toBe('verifier_unavailable');
      }

      nowMs = fetchedAtMs + 4 * HOUR;
      for (const token of [...before, await sign(first), await sign(second)]) {
        const decision = await api.decide(token);
        expect(decision).toMatchObject({
          allowed: false,
          denial: { status: 503, headers: { 'retry-after': expect.stringMatching(/^[1-9]\d?$/) } },
        });
      }

      if (fault === 'stopped') await server.start();
      server.answer = serveKeys(first);
      nowMs += MINUTE;
      for (const token of before) expect(await api.answer(token)).toBe('allowed');
      expect(api.answerAtOnce(before[0] ?? '')).toBe('allowed');
    },
  );

  test('from the start is 503 for every token, and over with the first good answer', async () => {
    await server.stop();
    const api = createApi();
    const token = await sign(first);
    for (let i = 0; i < 3; i++) {
      expect(await api.decide(token)).toMatchObject({ error: { code: 'verifier_unavailable' } });
    }
    await server.start();
    nowMs += 1_000;
    expect(await api.answer(token)).toBe('allowed');
    nowMs += 5_000;
    expect(await api.answer(await sign(second))).toBe('token_invalid');
  });

  test('is probed with increasing pauses, up to a minute', async () => {
    const api = createApi({ random: () => 0.999 });
    server.answer = serveStatus(500);
    const token = await sign(first);
    const attempts: number[] = [];
    const startedAtMs = nowMs;
    for (let second = 0; second < 400; second++) {
      nowMs = startedAtMs + second * 1000;
      const before = server.requests;
      await api.answer(token);
      if (server.requests > before) attempts.push(second);
    }
    expect(attempts).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363]);
  });

  test('costs one attempt for fifty waiting requests', async () => {
    server.answer = serveStatus(500);
    const api = createApi();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => sign(first)));
    await Promise.all(tokens.map(api.answer));
    expect(server.requests).toBe(1);
  });

  test('is reported to clients with the time until the next attempt', async () => {
    server.answer = serveStatus(500);
    const api = createApi({ random: () => 0 });
    const token = await sign(first);
    const waits: unknown[] = [];
    for (let i = 0; i < 9; i++) {
      const decision = await api.decide(token);
      const wait = decision.allowed ? 0 : (decision.error.retryAfterSeconds ?? 0);
      waits.push(wait);
      nowMs += wait * 1000;
    }
    expect(waits).toEqual([1, 1, 2, 4, 8, 16, 30, 30, 30]);
  });

  test('during a look-up of an unknown kid is over when the server is back', async () => {
    const api = createApi({ maxAgeSeconds: 600 });
    await api.answer(await sign(first));
    await server.stop();
    nowMs += 10_000;
    expect(await api.answer(await sign(second))).toBe('verifier_unavailable');

    await server.start();
    server.answer = serveKeys(first, second);
    nowMs += 1_000;
    expect(await api.answer(await sign(second))).toBe('allowed');
  });

  test('is not prolonged by a clock that was set back', async () => {
    const api = createApi();
    server.answer = serveStatus(500);
    const token = await sign(first);
    await api.answer(token);
    server.answer = serveKeys(first);
    nowMs -= 24 * HOUR;
    await api.answer(token);
    nowMs += MINUTE;
    expect(await api.answer(token)).toBe('allowed');
  });

  test('lets keys age although the clock was set back', async () => {
    const api = createApi({ maxAgeSeconds: 600 });
    const old = await sign(first);
    await api.answer(old);
    server.answer = serveKeys(second);
    nowMs -= 24 * HOUR;
    await api.answer(old);
    nowMs += 10 * MINUTE;
    await api.answer(old);
    await settle(2);
    nowMs += 5_000;
    expect(await api.answer(old)).toBe('token_invalid');
  });

  test('makes no request with a known key wait for a server that hangs, after any idle time', async () => {
    const timeouts = controlTimeouts();
    for (const idleMs of [5 * MINUTE, 10 * MINUTE, HOUR, 4 * HOUR - 1]) {
      const api = createApi({ maxAgeSeconds: 600 });
      server.answer = serveKeys(first);
      const token = await sign(first);
      await api.answer(token);
      const fetches = events.length;
      server.answer = serveNothing();
      nowMs += idleMs;
      expect(api.answerAtOnce(token)).toBe('allowed');
      expect(await api.answer(await sign(first))).toBe('allowed');
      await timeouts.pass(fetches + 1);
      await settle(fetches + 1);
      expect(events.at(-1)).toMatchObject({ ok: false });
      expect(api.answerAtOnce(token)).toBe('allowed');
    }
  });
});

describe('the time for a fetch', () => {
  test.each([
    ['headers that never come', serveNothing()],
    ['a body that drips without end', serveDrip()],
  ])('covers %s', async (_what, answer) => {
    server.answer = answer;
    const timeouts = controlTimeouts();
    const api = createApi();
    const answered = api.answer(await sign(first));
    await timeouts.pass(1);
    expect(await answered).toBe('verifier_unavailable');
    expect(events).toEqual([
      expect.objectContaining({
        ok: false,
        failures: 1,
        reason: expect.stringMatching(/timeout/i),
      }),
    ]);
    server.answer = serveKeys(first);
    nowMs += 1_000;
    expect(await api.answer(await sign(first))).toBe('allowed');
  });

  test('is not spent on the body of an error', async () => {
    server.answer = serveDrip(500);
    const api = createApi();
    expect(await api.answer(await sign(first))).toBe('verifier_unavailable');
    expect(events).toMatchObject([{ ok: false, reason: expect.stringContaining('500') }]);
  });

  test('does not delay requests while the keys are current', async () => {
    const timeouts = controlTimeouts();
    const api = createApi({ maxAgeSeconds: 600 });
    const token = await sign(first);
    await api.answer(token);
    server.answer = serveNothing();
    nowMs += 6 * MINUTE;
    expect(api.answerAtOnce(token)).toBe('allowed');
    nowMs += 3 * MINUTE;
    expect(api.answerAtOnce(token)).toBe('allowed');
    await timeouts.pass(2);
    await settle(2);
    expect(events.at(-1)).toMatchObject({ ok: false });
  });
});

describe('an answer of the key server', () => {
  test.each([301, 302, 303, 307, 308])('that redirects (%d) is not followed', async (status) => {
    const target = await createKeyServer(serveKeys(second));
    server.answer = serveStatus(status, { location: target.url });
    const api = createApi();
    expect(await api.answer(await sign(second))).toBe('verifier_unavailable');
    expect(target.requests).toBe(0);
    await target.stop();
  });

  test('may have invalid members beside valid ones', async () => {
    const bad = [
      null,
      'key',
      1,
      [],
      {},
      { ...first.publicJwk, d: 'AA' },
      { kty: 'RSA', n: 'AQAB', e: 'AQ' },
    ];
    server.answer = serveJson({ keys: [...bad, ...toJwks(first).keys] });
    const api = createApi();
    expect(await api.answer(await sign(first))).toBe('allowed');
    expect(events).toEqual([{ url: server.url, ok: true, keys: 1, failures: 0 }]);
  });

  test('may have any content type', async () => {
    server.answer = serveText(JSON.stringify(toJwks(first)), 'text/plain');
    expect(await createApi().answer(await sign(first))).toBe('allowed');
  });

  test.each([
    [200, {}],
    [3, { maxKeys: 3 }],
    [1000, { maxKeys: 1000 }],
  ])('may hold %d members and no more with %j', async (maxKeys, options) => {
    const members = (count: number) => [...Array(count - 1).fill({}), first.publicJwk];
    server.answer = serveJson({ keys: members(maxKeys + 1) });
    expect(await createApi(options).answer(await sign(first))).toBe('verifier_unavailable');
    expect(events.at(-1)?.reason).toBe(`the key set has more than ${maxKeys} keys (maxKeys)`);
    server.answer = serveJson({ keys: members(maxKeys) });
    expect(await createApi(options).answer(await sign(first))).toBe('allowed');
  });

  test.each([
    [512 * 1024, {}],
    [1000, { maxBytes: 1000 }],
    [1024 * 1024, { maxBytes: 1024 * 1024 }],
  ])('may have %d bytes and no more with %j', async (maxBytes, options) => {
    const padded = (size: number) => JSON.stringify(toJwks(first)).padEnd(size);
    server.answer = serveText(padded(maxBytes + 1));
    expect(await createApi(options).answer(await sign(first))).toBe('verifier_unavailable');
    expect(events.at(-1)?.reason).toContain(`more than ${maxBytes} bytes (maxBytes)`);
    server.answer = serveText(padded(maxBytes));
    expect(await createApi(options).answer(await sign(first))).toBe('allowed');
  });

  test('is not read beyond the limit', async () => {
    let sent = 0;
    server.answer = (response) => {
      serveBytes(50 * 1024 * 1024)(response);
      response.on('close', () => {
        sent = response.socket?.bytesWritten ?? sent;
      });
      const { socket } = response;
      socket?.on('close', () => {
        sent = socket.bytesWritten;
      });
    };
    expect(await createApi().answer(await sign(first))).toBe('verifier_unavailable');
    await server.stop();
    expect(sent).toBeLessThan(20 * 1024 * 1024);
  });
});

describe('onFetch', () => {
  test('receives every fetch and quotes nothing of the answer', async () => {
    const api = createApi();
    server.answer = serveText('<h1>secret</h1>');
    await api.answer(await sign(first));
    server.answer = serveStatus(500);
    nowMs += MINUTE;
    await api.answer(await sign(first));
    server.answer = serveKeys(first, second);
    nowMs += MINUTE;
    await api.answer(await sign(first));
    expect(events).toEqual([
      { url: server.url, ok: false, failures: 1, reason: expect.any(String) },
      { url: server.url, ok: false, failures: 2, reason: expect.stringContaining('500') },
      { url: server.url, ok: true, failures: 0, keys: 2 },
    ]);
    expect(JSON.stringify(events)).not.toContain('secret');
  });

  test.each<[string, () => void]>([
    [
      'throws',
      () => {
        throw new Error('observer');
      },
    ],
    ['rejects', () => Promise.reject(new Error('observer'))],
  ])('does not affect requests when it %s', async (_how, onFetch) => {
    const api = createApi({ onFetch });
    expect(await api.answer(await sign(first))).toBe('allowed');
    // An unhandled rejection would fail this run.
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('createKeySet', () => {
  test.each([
    'http://issuer.example/jwks',
    'http://127.0.0.1.issuer.example/jwks',
    'http://localhost.issuer.example/jwks',
    'http://10.0.0.1/jwks',
    'http://0.0.0.0/jwks',
    'http://[::2]/jwks',
    'ftp://127.0.0.1/jwks',
    'file:///jwks.json',
    'data:application/json,{}',
    'https://user@issuer.example/jwks',
    'https://user:secret@issuer.example/jwks',
    'issuer.example/jwks',
    '',
  ])('rejects the address %s', (url) => {
    expect(() => createKeySet({ url })).toThrow(/^createKeySet: url/);
  });

  test.each([
    'https://issuer.example/jwks',
    'http://127.0.0.1:8080/jwks',
    'http://127.1.2.3/jwks',
    'http://[::1]/jwks',
    'http://localhost/jwks',
    new URL('https://issuer.example/jwks?tenant=1'),
  ])('accepts the address %s', (url) => {
    expect(() => createKeySet({ url })).not.toThrow();
  });

  test.each([
    { maxAgeSeconds: 0 },
    { maxAgeSeconds: -1 },
    { maxAgeSeconds: Number.NaN },
    { maxAgeSeconds: Number.POSITIVE_INFINITY },
    { maxStaleSeconds: 0 },
    { maxStaleSeconds: 599 },
    { maxStaleSeconds: Number.NaN },
    { maxAgeSeconds: 20_000 },
    { timeoutMs: 0 },
    { timeoutMs: Number.NaN },
    { timeoutMs: '5000' as unknown as number },
    { timeoutMs: 2 ** 31 },
    { timeoutMs: Number.MAX_SAFE_INTEGER },
    ...[0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY].flatMap((limit) => [
      { maxKeys: limit },
      { maxBytes: limit },
    ]),
    { maxKeys: '200' as unknown as number },
    { fetch: 'https://proxy.example' as unknown as typeof fetch },
    { onFetch: {} as unknown as () => void },
  ])('rejects %j', (options) => {
    expect(() => createKeySet({ url: 'https://issuer.example/jwks', ...options })).toThrow(
      TypeError,
    );
  });

  test.each([10_000 / 3, 0.5 + 1000, 2 ** 31 - 1])('has a time-out of %d ms', async (timeoutMs) => {
    const api = createApi({ timeoutMs });
    expect(await api.answer(await sign(first))).toBe('allowed');
  });

  test('fetches through the function it is given, and follows no redirect there either', async () => {
    const calls: [string, RequestInit][] = [];
    const api = createApi({
      url: 'https://issuer.example/jwks?tenant=1',
      fetch: async (url, init) => {
        calls.push([url, init]);
        return Response.json(toJwks(first));
      },
    });
    expect(await api.answer(await sign(first))).toBe('allowed');
    expect(calls).toEqual([
      [
        'https://issuer.example/jwks?tenant=1',
        expect.objectContaining({ redirect: 'manual', signal: expect.any(AbortSignal) }),
      ],
    ]);
  });

  test.each([
    ['headers that never come', serveNothing()],
    ['a body that drips without end', serveDrip()],
  ])('stops waiting for a fetch that ignores its signal: %s', async (_what, answer) => {
    server.answer = answer;
    const timeouts = controlTimeouts();
    const api = createApi({ fetch: (url) => fetch(url) });
    const answered = api.answer(await sign(first));
    await timeouts.pass(1);
    expect(await answered).toBe('verifier_unavailable');
    server.answer = serveKeys(first);
    nowMs += MINUTE;
    expect(await api.answer(await sign(first))).toBe('allowed');
  });

  test('uses no keys from an address to which `fetch` was redirected', async () => {
    const elsewhere = await createKeyServer(serveKeys(second));
    server.answer = (response) => response.writeHead(302, { location: elsewhere.url }).end();
    const api = createApi({ fetch: (url) => fetch(url) });
    expect(await api.answer(await sign(second))).toBe('verifier_unavailable');
    expect(events).toMatchObject([{ ok: false, reason: expect.stringMatching(/redirect/) }]);
    await elsewhere.stop();
  });

  test.each([
    ['answers 404', serveStatus(404), /status 404/],
    ['answers 404 with a body that drips', serveDrip(404), /status 404/],
    ['is too large', serveBytes(50 * 1024 * 1024), /more than/],
  ])(
    'does not wait for the clone that `fetch` keeps if the server %s',
    async (_what, fault, reason) => {
      server.answer = fault;
      const clones: Response[] = [];
      const api = createApi({
        timeoutMs: 2 ** 31 - 1,
        fetch: async (url) => {
          const response = await fetch(url);
          clones.push(response.clone());
          return response;
        },
      });
      expect(await api.answer(await sign(first))).toBe('verifier_unavailable');
      expect(events).toMatchObject([{ ok: false, reason: expect.stringMatching(reason) }]);
      for (const clone of clones) clone.body?.cancel().catch(() => {});
    },
  );

  test('survives a `fetch` that throws synchronously, or returns no body', async () => {
    const faults = [
      () => {
        throw new Error('no network');
      },
      async () => new Response(null),
      () => Promise.reject('no error object'),
    ];
    for (const fetch of faults) {
      expect(await createApi({ fetch }).answer(await sign(first))).toBe('verifier_unavailable');
    }
  });
});

import {
  type AuthorizeOptions,
  createTokenClient,
  type LockManagerLike,
  TOKEN_ERROR_CODES,
  type TokenClientOptions,
  TokenError,
  type TokenErrorCode,
} from '@mandate/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { codeOf as codeOfError } from '../code-of.js';
import {
  type AuthorizationServer,
  createAuthorizationServer,
  createJwt,
  createLockManager,
  MINUTE,
  type ServerOptions,
  SharedStorage,
  START,
} from './authorization-server.js';

const WEBSERVER = 'https://www.example.com';
const ALICE = { username: 'alice', password: 'correct horse' };

let nowMs: number;
let server: AuthorizationServer;
let storage: SharedStorage;
let locks: LockManagerLike;

beforeEach(() => {
  nowMs = START;
  storage = new SharedStorage();
  locks = createLockManager();
  useServer({});
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function useServer(options: Partial<ServerOptions>): void {
  server = createAuthorizationServer({ now: () => nowMs, ...options });
}

/** One tab. */
function createTab(options: TokenClientOptions = {}) {
  return createTokenClient({
    authorize: { webserver: WEBSERVER, groupid: 12345, credentials: ALICE, duration: 20 },
    storage,
    locks,
    fetch: (input, init) => server.fetch(input, init),
    now: () => nowMs,
    ...options,
  } as TokenClientOptions);
}

const createEmptyTab = (options: TokenClientOptions = {}) =>
  createTab({ authorize: undefined, ...options } as TokenClientOptions);

/** The outcome of `authorize` as a promise. */
const authorize = (
  client: ReturnType<typeof createTab>,
  options: Partial<AuthorizeOptions> & Record<string, unknown> = {},
): Promise<'success' | TokenErrorCode> =>
  new Promise((resolve) => {
    client.authorize({
      webserver: WEBSERVER,
      credentials: ALICE,
      onsuccess: () => resolve('success'),
      onfail: resolve,
      ...options,
    });
  });

const fail =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  () =>
    Response.json(body, { status, headers });

const codeOf = (promise: Promise<unknown>) => codeOfError(TokenError, promise);

describe('asking for a token', () => {
  test('posts the parameters as JSON and nothing that identifies the browser', async () => {
    await createTab().getToken();
    expect(server.asked).toHaveLength(1);
    const [{ url, init, body }] = server.asked as [AuthorizationServer['asked'][number]];
    expect(url).toBe('https://www.example.com/authorize');
    expect(body).toEqual({ service: 'presence', groupid: 12345, duration: 20, ...ALICE });
    expect(init).toMatchObject({
      method: 'POST',
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    });
  });

  test.each([
    ['www.example.com', 'https://www.example.com/authorize'],
    ['https://www.example.com/auth/', 'https://www.example.com/auth/authorize'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/authorize'],
  ])('accepts the server %s', async (webserver, url) => {
    expect(await authorize(createEmptyTab(), { webserver })).toBe('success');
    expect(server.asked[0]?.url).toBe(url);
  });

  test.each([
    'http://www.example.com',
    'ftp://www.example.com',
    'https://user:pass@www.example.com',
  ])('sends no credentials to %s', (webserver) => {
    expect(() => createEmptyTab().authorize({ webserver, credentials: ALICE })).toThrow(TypeError);
  });

  test('asks the origin of the page by default, and throws outside a page', async () => {
    const ask = () => createEmptyTab().authorize({ credentials: ALICE });
    expect(ask).toThrow('webserver must be given');
    vi.stubGlobal('location', { origin: 'https://agents.example.com' });
    ask();
    await expect.poll(() => server.asked).toHaveLength(1);
    expect(server.asked[0]?.url).toBe('https://agents.example.com/authorize');
  });

  test('sends no password to a host called null, which is the origin of a page in srcdoc', () => {
    vi.stubGlobal('location', { origin: 'null' });
    const ask = () => createEmptyTab().authorize({ credentials: ALICE });
    expect(ask).toThrow('webserver must be given');
    expect(server.asked).toEqual([]);
  });

  test.each([
    { username: 'a', password: 'b' },
    { username: 'a', g4scredentials: 'b' },
    { username: 'a', loginkey: '$1$2$c' },
    { gssnid: '1.2.c.3' },
    { partnerid: 12345, partneruserid: 'u', loginkey: '$1$2$c' },
  ])('accepts the credentials %j', async (credentials) => {
    expect(await authorize(createEmptyTab(), { credentials })).toBe('success');
    expect(server.asked[0]?.body).toEqual({ service: 'presence', ...credentials });
  });

  test('leaves the unused members of the template out', async () => {
    const credentials = { ...ALICE, gssnid: '', partneruserid: '', loginkey: '' } as const;
    expect(await authorize(createEmptyTab(), { credentials })).toBe('success');
    expect(server.asked[0]?.body).toEqual({ service: 'presence', ...ALICE });
  });

  test.each([
    {},
    { username: 'a' },
    { password: 'a' },
    { username: '', password: 'b' },
    { partnerid: 1, loginkey: 'c' },
    { username: 'a', password: 'b', gssnid: 'c' },
    null,
    'alice',
  ])('rejects the credentials %j without a request', async (credentials) => {
    const wrong = { credentials } as unknown as Partial<AuthorizeOptions>;
    expect(await authorize(createEmptyTab(), wrong)).toBe('missing_credentials');
    expect(server.asked).toEqual([]);
  });

  test.each([
    [{ username: 'alice' }, ALICE],
    [
      { partnerid: 7, partneruserid: 'b' },
      { partnerid: 7, partneruserid: 'b', loginkey: 'c' },
    ],
  ])('finds the token of %j again without a secret or a request', async (owner, credentials) => {
    expect(await authorize(createEmptyTab(), { credentials: owner })).toBe('missing_credentials');
    expect(await authorize(createEmptyTab(), { credentials })).toBe('success');
    const reloaded = createEmptyTab();
    expect(await authorize(reloaded, { credentials: owner })).toBe('success');
    expect(await authorize(reloaded, { credentials: owner, groupid: 7 })).toBe(
      'missing_credentials',
    );
    expect(server.asked).toHaveLength(1);
  });

  test('never gives the token of one owner to another who asks while it is being requested', async () => {
    const release = server.hold();
    const alice = createTab().getToken();
    const reloaded = createEmptyTab();
    const owner = (username: string) => ({ credentials: { username }, groupid: 12345 });
    const first = authorize(reloaded, owner('alice'));
    const second = authorize(reloaded, owner('bob'));
    const token = reloaded.getToken();
    release();
    expect(await alice).toMatch(/\./);
    expect(await first).toBe('success');
    expect(await second).toBe('missing_credentials');
    expect(await codeOf(token)).toBe('missing_credentials');
  });

  test('can be given to the owner of a cached token at creation', async () => {
    const token = await createTab().getToken();
    const reloaded = createTab({
      authorize: { webserver: WEBSERVER, groupid: 12345, credentials: { username: 'alice' } },
    });
    expect(await reloaded.getToken()).toBe(token);
    nowMs += 20 * MINUTE;
    expect(await codeOf(reloaded.getToken())).toBe('missing_credentials');
    expect(server.asked).toHaveLength(1);
  });

  test.each([0, 121, 1.5, -1, Number.NaN, '20', null])(
    'rejects the duration %s without a request',
    async (duration) => {
      const wrong = { duration } as Partial<AuthorizeOptions>;
      expect(await authorize(createEmptyTab(), wrong)).toBe('invalid_duration');
      expect(server.asked).toEqual([]);
    },
  );

  test.each([1, 120])('accepts the duration %s', async (duration) => {
    expect(await authorize(createEmptyTab(), { duration })).toBe('success');
    expect(server.asked[0]?.body['duration']).toBe(duration);
  });
});

describe('failure', () => {
  test.each(TOKEN_ERROR_CODES)('has the code %s of the service', async (code) => {
    server.answers.push(fail(400, { reason: code }), fail(403, { code }));
    expect(await authorize(createEmptyTab())).toBe(code);
    expect(await authorize(createEmptyTab())).toBe(code);
  });

  test.each([
    [401, {}, 'invalid_credentials'],
    [429, {}, 'rate_limited'],
    [504, {}, 'timeout'],
    [500, { reason: 'made_up' }, 'service_error'],
    [400, { reason: 'constructor' }, 'service_error'],
    [200, {}, 'service_error'],
    [200, { token: 'a b', expiration: '2031-01-01T00:00:00Z' }, 'service_error'],
    [200, { token: 'opaque' }, 'service_error'],
    [200, 'text', 'service_error'],
    [200, null, 'service_error'],
  ] as const)('converts status %s with %j to the code %s', async (status, body, code) => {
    server.answers.push(fail(status, body));
    expect(await authorize(createEmptyTab())).toBe(code);
  });

  test('rejects an HTML page as an answer', async () => {
    server.answers.push(() => new Response('<html>', { status: 200 }));
    expect(await authorize(createEmptyTab())).toBe('service_error');
  });

  test('reports a rejected fetch as a network error', async () => {
    server.answers.push(() => Promise.reject(new TypeError('fetch failed')));
    expect(await authorize(createEmptyTab())).toBe('network');
  });

  test('gives up after the time-out', async () => {
    vi.useFakeTimers();
    server.hold();
    const outcome = authorize(createEmptyTab({ timeoutMs: 3000 }));
    await vi.advanceTimersByTimeAsync(2999);
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome).toBe('timeout');
  });

  test('rejects a token for another group than the requested one', async () => {
    const body = { token: 'opaque', expiration: '2031-01-01T00:00:00Z', groupId: 99 };
    server.answers.push(fail(200, body));
    expect(await authorize(createEmptyTab(), { groupid: 12345 })).toBe('service_error');
    expect(storage.tokenKeys).toEqual([]);
  });

  test('does not retry a wrong password', async () => {
    server.answers.push(fail(401, { reason: 'invalid_credentials' }));
    const tab = createTab();
    expect(await codeOf(tab.getToken())).toBe('invalid_credentials');
    expect(await codeOf(tab.getToken())).toBe('invalid_credentials');
    expect(server.asked).toHaveLength(1);
    expect(await authorize(tab, { credentials: { ...ALICE, password: 'other' } })).toBe('success');
  });

  test('does not let a corrected password fail with the wrong one', async () => {
    const open = server.hold();
    server.answers.push(fail(401, { reason: 'invalid_credentials' }));
    const tab = createEmptyTab();
    const wrong = authorize(tab);
    const right = authorize(tab, { credentials: { ...ALICE, password: 'other' } });
    open();
    expect(await Promise.all([wrong, right])).toEqual(['invalid_credentials', 'success']);
    expect(await tab.getToken()).toMatch(/\./);
  });

  test('waits as long as the service states after too many attempts', async () => {
    server.answers.push(fail(429, { reason: 'rate_limited' }, { 'retry-after': '90' }));
    const tab = createTab();
    expect(await codeOf(tab.getToken())).toBe('rate_limited');
    nowMs += 89_000;
    expect(await codeOf(tab.getToken())).toBe('rate_limited');
    expect(server.asked).toHaveLength(1);
    nowMs += 1000;
    expect(await tab.getToken()).toMatch(/\./);
  });

  test('retries immediately after a network error', async () => {
    server.answers.push(() => Promise.reject(new TypeError('fetch failed')));
    const tab = createTab();
    expect(await codeOf(tab.getToken())).toBe('network');
    expect(await tab.getToken()).toMatch(/\./);
  });

  test('reveals no token, credentials or answer in an error', async () => {
    server.answers.push(fail(401, { reason: 'invalid_credentials', detail: 'SECRET' }));
    const error = await createTab()
      .getToken()
      .catch((thrown) => thrown);
    expect(`${error} ${JSON.stringify(error)}`).not.toMatch(/SECRET|horse|alice/);
  });

  test('fails with missing_credentials before it has a source', async () => {
    expect(await codeOf(createEmptyTab().getToken())).toBe('missing_credentials');
  });
});

describe('the cache', () => {
  test('answers a valid token without a request', async () => {
    const tab = createTab();
    const token = await tab.getToken();
    expect(await tab.getToken()).toBe(token);
    expect(await createTab().getToken()).toBe(token);
    expect(server.asked).toHaveLength(1);
  });

  test('makes authorize succeed before it returns', async () => {
    await createTab().getToken();
    let succeeded = false;
    const onsuccess = () => {
      succeeded = true;
    };
    createEmptyTab().authorize({
      webserver: WEBSERVER,
      groupid: 12345,
      credentials: ALICE,
      onsuccess,
    });
    expect(succeeded).toBe(true);
    expect(server.asked).toHaveLength(1);
  });

  test('sends one request for simultaneous callers', async () => {
    const tab = createTab();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => tab.getToken()));
    expect(new Set(tokens).size).toBe(1);
    expect(server.asked).toHaveLength(1);
  });

  test('sends one request when the token is about to expire', async () => {
    const tab = createTab();
    const first = await tab.getToken();
    nowMs += 20 * MINUTE - 31_000;
    expect(await tab.getToken()).toBe(first);
    nowMs += 1000;
    const [second, same] = await Promise.all([tab.getToken(), tab.getToken()]);
    expect(second).not.toBe(first);
    expect(same).toBe(second);
    expect(server.asked).toHaveLength(2);
  });

  test('uses a token that lives for less than the margin', async () => {
    useServer({ lifetimeMs: 20_000 });
    const tab = createTab();
    const token = await tab.getToken();
    nowMs += 14_000;
    expect(await tab.getToken()).toBe(token);
    nowMs += 2000;
    expect(await tab.getToken()).not.toBe(token);
  });

  test('uses the old token while the service fails, and asks every few seconds', async () => {
    const tab = createTab();
    const token = await tab.getToken();
    nowMs += 20 * MINUTE - 20_000;
    server.answers.push(fail(500, {}), fail(500, {}));
    expect(await tab.getToken()).toBe(token);
    expect(await tab.getToken()).toBe(token);
    expect(server.asked).toHaveLength(2);
    nowMs += 5000;
    expect(await tab.getToken()).toBe(token);
    expect(server.asked).toHaveLength(3);
    nowMs += 5000;
    expect(await tab.getToken()).not.toBe(token);
  });

  test('never uses a token past its end, whatever fails', async () => {
    const tab = createTab();
    await tab.getToken();
    nowMs += 20 * MINUTE;
    server.answers.push(fail(500, {}));
    expect(await codeOf(tab.getToken())).toBe('service_error');
  });

  test.each([
    { webserver: 'https://other.example.com' },
    { service: 'webservices' },
    { groupid: 99 },
    { groupid: undefined },
    { credentials: { ...ALICE, username: 'bob' } },
    { credentials: { gssnid: '1.2.c.3' } },
    { credentials: { partnerid: 12345, partneruserid: 'alice', loginkey: '$1$2$c' } },
  ])('never returns a token for %j', async (other) => {
    const tab = createEmptyTab();
    expect(await authorize(tab, { groupid: 12345 })).toBe('success');
    const token = await tab.getToken();
    expect(await authorize(tab, { groupid: 12345, ...other })).toBe('success');
    expect(await tab.getToken()).not.toBe(token);
    expect(server.asked).toHaveLength(2);
    expect(await authorize(tab, { groupid: 12345 })).toBe('success');
    expect(await tab.getToken()).toBe(token);
    expect(server.asked).toHaveLength(2);
  });

  test('distinguishes names that look alike when they are joined', async () => {
    const tab = createEmptyTab();
    const loginkey = '$1$2$c';
    await authorize(tab, { credentials: { partnerid: '12', partneruserid: '3x', loginkey } });
    await authorize(tab, { credentials: { partnerid: '123', partneruserid: 'x', loginkey } });
    expect(server.asked).toHaveLength(2);
  });

  test('writes neither a password nor a session id into the storage', async () => {
    await authorize(createEmptyTab());
    await authorize(createEmptyTab(), { credentials: { gssnid: '1.2.SECRET.3' } });
    const stored = JSON.stringify([...storage.entries]);
    expect(stored).not.toMatch(/SECRET|horse/);
  });

  test.each(['', 'null', '[]', '{', '{"token":"x"}', '"text"', '{"__proto__":{}}'])(
    'ignores the corrupt entry %s',
    async (text) => {
      await createTab().getToken();
      const [key = ''] = storage.tokenKeys;
      storage.setItem(key, text);
      expect(await createTab().getToken()).toMatch(/\./);
      expect(server.asked).toHaveLength(2);
    },
  );

  test('ignores an entry that was copied from another key', async () => {
    const tab = createEmptyTab();
    await authorize(tab, { groupid: 1 });
    const [first = ''] = storage.tokenKeys;
    await authorize(tab, { groupid: 2 });
    const second = storage.tokenKeys.find((key) => key !== first) ?? '';
    storage.setItem(second, storage.getItem(first) ?? '');
    await tab.getToken();
    expect(server.asked).toHaveLength(3);
  });

  test('continues without a storage that throws on every access', async () => {
    const reject = () => {
      throw new Error('forbidden');
    };
    const tab = createTab({
      storage: { getItem: reject, setItem: reject, removeItem: reject, keys: reject },
    });
    const token = await tab.getToken();
    expect(await tab.getToken()).toBe(token);
    tab.clearToken({ all: true });
    expect(server.asked).toHaveLength(1);
  });

  test.each<[string, () => unknown]>([
    [
      'fails only while its names are read',
      function* () {
        yield 'a';
        throw new Error('it is gone');
      },
    ],
    ['promises its names', async () => ['a']],
  ])('logs out also with a storage that %s', async (_, keys) => {
    const tab = createTab({
      storage: {
        getItem: () => null,
        setItem: () => {},
        removeItem: () => {},
        keys: keys as () => Iterable<string>,
      },
    });
    await tab.getToken();
    tab.clearToken({ all: true });
    await expect(tab.getToken()).rejects.toMatchObject({ code: 'missing_credentials' });
  });
});

describe('clocks', () => {
  test.each([-120, -10, 10, 120])(
    'do not matter if the local clock is %s minutes off and the token states when it was issued',
    async (offMinutes) => {
      useServer({ now: () => nowMs - offMinutes * MINUTE });
      const tab = createTab();
      const token = await tab.getToken();
      nowMs += 19 * MINUTE;
      expect(await tab.getToken()).toBe(token);
      nowMs += MINUTE;
      expect(await tab.getToken()).not.toBe(token);
    },
  );

  test('do not matter if the answer has a date', async () => {
    useServer({ now: () => nowMs + 10 * MINUTE, opaque: true, dateHeader: true });
    const tab = createTab();
    await tab.getToken();
    nowMs += 20 * MINUTE - 20_000;
    await tab.getToken();
    expect(server.asked).toHaveLength(2);
  });

  test('cannot keep an opaque token alive for longer than was asked for', async () => {
    useServer({ now: () => nowMs + 10 * MINUTE, opaque: true });
    const tab = createTab();
    await tab.getToken();
    nowMs += 20 * MINUTE;
    await tab.getToken();
    expect(server.asked).toHaveLength(2);
  });

  test('that are set back make a stored token unusable', async () => {
    await createTab().getToken();
    nowMs -= MINUTE;
    await createTab().getToken();
    expect(server.asked).toHaveLength(2);
  });

  test('that are set back do not extend a token in the tab that requested it', async () => {
    vi.useFakeTimers({ now: START });
    const tab = createTab({ now: Date.now });
    await tab.getToken();
    vi.setSystemTime(START - 60 * MINUTE);
    await vi.advanceTimersByTimeAsync(20 * MINUTE);
    await tab.getToken();
    expect(server.asked).toHaveLength(2);
  });
});

describe('a token that was set', () => {
  const setToken = createJwt({ iat: START / 1000, exp: START / 1000 + 600 });

  test('is preferred to the cached one, without a request', async () => {
    const tab = createTab();
    await tab.getToken();
    tab.setToken(setToken);
    expect(await tab.getToken()).toBe(setToken);
    expect(server.asked).toHaveLength(1);
  });

  test('is not stored', () => {
    createTab().setToken(setToken);
    expect(storage.tokenKeys).toEqual([]);
  });

  test('gives way to authorize', async () => {
    const tab = createEmptyTab();
    tab.setToken(setToken);
    expect(await authorize(tab)).toBe('success');
    expect(await tab.getToken()).not.toBe(setToken);
  });

  test('is used until its own expiration', async () => {
    const tab = createEmptyTab();
    tab.setToken(setToken);
    nowMs += 9 * MINUTE;
    expect(await tab.getToken()).toBe(setToken);
    nowMs += MINUTE;
    expect(await codeOf(tab.getToken())).toBe('missing_credentials');
  });

  test('is never used for longer than its whole lifetime, although the local clock is behind', async () => {
    nowMs = START - 60 * MINUTE;
    const tab = createEmptyTab();
    tab.setToken(setToken);
    nowMs += 10 * MINUTE;
    expect(await codeOf(tab.getToken())).toBe('missing_credentials');
  });

  test('is used until a given expiration', async () => {
    const tab = createEmptyTab();
    tab.setToken('opaque', { expiration: '2030-01-01T00:05:00Z' });
    expect(await tab.getJwtToken()).toEqual({
      expiration: '2030-01-01T00:05:00.000Z',
      jwtToken: 'opaque',
    });
    nowMs += 5 * MINUTE;
    expect(await codeOf(tab.getToken())).toBe('missing_credentials');
  });

  test('is used without an expiration, which getJwtToken cannot report', async () => {
    const tab = createEmptyTab();
    tab.setToken('opaque');
    expect(await tab.getToken()).toBe('opaque');
    expect(await codeOf(tab.getJwtToken())).toBe('service_error');
  });

  test.each(['', 'two words', 'line\nbreak', undefined, 42])('may not be %j', (token) => {
    expect(() => createEmptyTab().setToken(token as string)).toThrow(TypeError);
  });

  test('may not have an expiration without a time zone', () => {
    const set = () => createEmptyTab().setToken('opaque', { expiration: '2030-01-01T00:05:00' });
    expect(set).toThrow(TypeError);
  });
});

describe('the token of the page', () => {
  let attribute: string | null;

  beforeEach(() => {
    attribute = 'page-token';
    vi.stubGlobal('document', {
      querySelector: (selector: string) =>
        selector.includes('"glance-cobrowse"') ? { dataset: { authtoken: attribute } } : null,
    });
  });

  test('is preferred to the cached one', async () => {
    const tab = createTab();
    expect(await tab.getToken()).toBe('page-token');
    expect(server.asked).toEqual([]);
  });

  test('is replaced by a token that was set, and by authorize', async () => {
    const tab = createEmptyTab();
    tab.setToken('set-token');
    expect(await tab.getToken()).toBe('set-token');
    expect(await authorize(tab)).toBe('success');
    expect(await tab.getToken()).toMatch(/\./);
  });

  test('is looked for on the element of that id', async () => {
    expect(await codeOf(createEmptyTab({ elementId: 'other' }).getToken())).toBe(
      'missing_credentials',
    );
    expect(await codeOf(createEmptyTab({ elementId: null }).getToken())).toBe(
      'missing_credentials',
    );
  });

  test.each([' page-token', 'page-token\n', '\n\t page-token \r\n'])(
    'may have white space around it: %j',
    async (value) => {
      attribute = value;
      const tab = createEmptyTab();
      expect(await tab.getToken()).toBe('page-token');
      tab.clearToken();
      expect(await codeOf(tab.getToken())).toBe('missing_credentials');
    },
  );

  test.each([null, '', ' \n', 'two words'])('is missing if the attribute is %j', async (value) => {
    attribute = value;
    expect(await codeOf(createEmptyTab().getToken())).toBe('missing_credentials');
  });

  test('is ignored after clearToken until it changes', async () => {
    const tab = createEmptyTab();
    expect(await tab.getToken()).toBe('page-token');
    tab.clearToken();
    expect(await codeOf(tab.getToken())).toBe('missing_credentials');
    attribute = 'next-token';
    expect(await tab.getToken()).toBe('next-token');
  });
});

describe('clearToken', () => {
  test('makes the next call get a new token', async () => {
    const tab = createTab();
    const token = await tab.getToken();
    tab.clearToken();
    expect(await tab.getToken()).not.toBe(token);
    expect(server.asked).toHaveLength(2);
  });

  test('drops the token that was set', async () => {
    const tab = createEmptyTab();
    tab.setToken('opaque');
    tab.clearToken();
    expect(await codeOf(tab.getToken())).toBe('missing_credentials');
  });

  test('counts in other tabs', async () => {
    const [tab, other] = [createTab(), createTab()];
    const token = await other.getToken();
    tab.clearToken();
    expect(await other.getToken()).not.toBe(token);
  });

  test('leaves the tokens of other groups', async () => {
    const tab = createEmptyTab();
    await authorize(tab, { groupid: 1 });
    await authorize(tab, { groupid: 2 });
    tab.clearToken();
    await authorize(tab, { groupid: 1 });
    expect(server.asked).toHaveLength(2);
  });

  test('with all removes every token, and forgets the credentials', async () => {
    const tab = createEmptyTab();
    await authorize(tab, { groupid: 1 });
    await authorize(createEmptyTab(), { groupid: 2 });
    tab.clearToken({ all: true });
    expect(storage.tokenKeys).toEqual([]);
    expect(await codeOf(tab.getToken())).toBe('missing_credentials');
  });

  test.each(['the same tab', 'another tab'])(
    'in %s keeps a token that is being requested out of the storage',
    async (where) => {
      const open = server.hold();
      const tab = createTab();
      const token = tab.getToken();
      await expect.poll(() => server.asked).toHaveLength(1);
      (where === 'the same tab' ? tab : createTab()).clearToken();
      open();
      expect(await token).toMatch(/\./);
      expect(storage.tokenKeys).toEqual([]);
    },
  );
});

describe('getJwtToken', () => {
  test('answers the token and its expiration to a callback or as a promise', async () => {
    const tab = createTab();
    const data = await tab.getJwtToken();
    expect(data).toEqual({
      expiration: '2030-01-01T00:20:00.000Z',
      jwtToken: await tab.getToken(),
    });
    const called = await new Promise((resolve, reject) => tab.getJwtToken(resolve, reject));
    expect(called).toEqual(data);
    expect(server.asked).toHaveLength(1);
  });

  test('passes the error to a callback', async () => {
    const failed = await new Promise<TokenError>((resolve) =>
      createEmptyTab().getJwtToken(() => expect.unreachable(), resolve),
    );
    expect(failed).toBeInstanceOf(TokenError);
    expect(failed.code).toBe('missing_credentials');
  });
});

describe('a signal', () => {
  test('ends the waiting of one caller only', async () => {
    const open = server.hold();
    const tab = createTab();
    const controller = new AbortController();
    const impatient = tab.getToken({ signal: controller.signal });
    const patient = tab.getToken();
    controller.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    open();
    expect(await patient).toMatch(/\./);
    expect(server.asked).toHaveLength(1);
  });

  test('that is aborted already costs no request', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(createTab().getToken({ signal })).rejects.toThrow('enough');
    expect(server.asked).toEqual([]);
  });
});

describe('fetchToken', () => {
  const createOwn = (options: TokenClientOptions) =>
    createTokenClient({ now: () => nowMs, ...options } as TokenClientOptions);

  test.each([
    { jwtToken: 'one', expiration: '2030-01-01T00:10:00.000Z' },
    { token: 'one', expiresInSeconds: 600 },
    { token: 'one', expiration: '2030-01-01T00:10:00.1234567Z' },
  ])('may answer %j', async (answer) => {
    const fetchToken = vi.fn(async () => answer);
    const client = createOwn({ fetchToken });
    expect(await client.getToken()).toBe('one');
    nowMs += 9 * MINUTE;
    await client.getToken();
    expect(fetchToken).toHaveBeenCalledTimes(1);
    nowMs += MINUTE;
    await client.getToken();
    expect(fetchToken).toHaveBeenCalledTimes(2);
  });

  test('may answer a token that was issued a while ago', async () => {
    const token = createJwt({ iat: START / 1000 - 600, exp: START / 1000 + 600 });
    const fetchToken = vi.fn(async () => token);
    const client = createOwn({ fetchToken });
    await client.getToken();
    nowMs += 10 * MINUTE;
    await client.getToken();
    expect(fetchToken).toHaveBeenCalledTimes(2);
  });

  test('may throw a TokenError; any other error becomes service_error', async () => {
    const reject = (error: unknown) =>
      codeOf(createOwn({ fetchToken: () => Promise.reject(error) }).getToken());
    expect(await reject(new TokenError('not_in_group'))).toBe('not_in_group');
    expect(await reject(new Error('SECRET'))).toBe('service_error');
  });

  test('times out even if it ignores its signal', async () => {
    vi.useFakeTimers();
    const client = createOwn({ fetchToken: () => new Promise(() => {}) });
    const code = codeOf(client.getToken());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await code).toBe('timeout');
  });

  test('is stored under its identity only', async () => {
    const fetchToken = async () => ({ token: 'one', expiresInSeconds: 600 });
    expect(() => createOwn({ fetchToken, storage })).toThrow(TypeError);
    await createOwn({ fetchToken, storage, locks, identity: { subject: 'alice' } }).getToken();
    const never = () => Promise.reject(new Error('asked'));
    const alice = createOwn({ fetchToken: never, storage, locks, identity: { subject: 'alice' } });
    expect(await alice.getToken()).toBe('one');
    const bob = createOwn({ fetchToken: never, storage, locks, identity: { subject: 'bob' } });
    expect(await codeOf(bob.getToken())).toBe('service_error');
  });
});

describe('options', () => {
  const fetchToken = async () => 'token';

  test.each<[string, object]>([
    ['a margin of nothing', { expiryMarginSeconds: 0 }],
    ['a time-out that is not a number', { timeoutMs: Number.NaN }],
    ['a time-out so long that a timer would fire at once', { timeoutMs: 2 ** 31 }],
    ['an unknown storage', { storage: 'indexedDB' }],
    ['two ways to get a token', { fetchToken }],
    ['an origin with a path', { allowedOrigins: ['https://api.example.com/v1'] }],
    ['any origin', { allowedOrigins: ['*'] }],
    ['an origin without TLS', { allowedOrigins: ['http://api.example.com'] }],
  ])('may not be %s', (_title, options) => {
    expect(() => createTab(options as TokenClientOptions)).toThrow(TypeError);
  });

  test('are checked for what is asked, too', () => {
    const create = (authorize: object) => () =>
      createTab({ authorize } as unknown as TokenClientOptions);
    expect(create({ webserver: WEBSERVER })).toThrow(TokenError);
    expect(create({ webserver: WEBSERVER, credentials: ALICE, duration: 500 })).toThrow(TokenError);
  });
});

test('logs nothing', async () => {
  const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
    vi.spyOn(console, name),
  );
  server.answers.push(fail(500, {}), fail(401, {}));
  const tab = createTab();
  await tab.getToken().catch(() => {});
  await tab.getToken().catch(() => {});
  await authorize(tab);
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
});

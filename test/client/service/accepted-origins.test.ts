import { parseAcceptedOrigins } from '@mandate/client';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const ANY = 'https://anything.example';

const allowed = (text: string, origin: string, operation: string) =>
  parseAcceptedOrigins(text).allows(origin, operation);

describe('the documented examples', () => {
  const EXAMPLE =
    'http://my-web-server0, http://my-web-server1 (*), http://my-web-server2 (agent.*, voice.dial), http://my-web-server3 (agent.*, interaction.*)';

  test.each<[string, string, boolean]>([
    ['http://my-web-server0', 'voice.dial', true],
    ['http://my-web-server0', 'anything.atAll', true],
    ['http://my-web-server1', 'email.create', true],
    ['http://my-web-server2', 'agent.get', true],
    ['http://my-web-server2', 'agent.getStateList', true],
    ['http://my-web-server2', 'voice.dial', true],
    // The document lists these as granted, which its own filter cannot mean.
    ['http://my-web-server2', 'voice.startCallRecording', false],
    ['http://my-web-server2', 'email.create', false],
    ['http://my-web-server3', 'interaction.setUserData', true],
    ['http://my-web-server3', 'voice.dial', false],
    ['http://my-web-server4', 'agent.get', false],
    ['https://my-web-server0', 'agent.get', false],
    ['http://my-web-server0:8080', 'agent.get', false],
  ])('%s may call %s: %s', (origin, operation, expected) => {
    expect(parseAcceptedOrigins(EXAMPLE).error).toBeUndefined();
    expect(allowed(EXAMPLE, origin, operation)).toBe(expected);
  });

  test('grant the token where it is named', () => {
    const text = 'https://genesyspureengage.github.io (*, auth.getJwtToken)';
    expect(allowed(text, 'https://genesyspureengage.github.io', 'auth.getJwtToken')).toBe(true);
    expect(allowed(text, 'https://genesyspureengage.github.io', 'voice.dial')).toBe(true);
    expect(allowed(text, ANY, 'auth.getJwtToken')).toBe(false);
  });

  test.each(['', ' ', '\n'])('grant nothing by %j', (text) => {
    expect(parseAcceptedOrigins(text)).toMatchObject({ grants: [], error: undefined });
    expect(allowed(text, ANY, 'agent.get')).toBe(false);
  });

  test('grant every origin everything by *, except the token', () => {
    expect(allowed('*', ANY, 'agent.get')).toBe(true);
    expect(allowed('*', ANY, 'auth.getJwtToken')).toBe(false);
  });

  test.each([
    'http://my-web-server-1,http://my-web-server-2',
    'http://my-web-server-1 ,http://my-web-server-2',
    ' http://my-web-server-1 , http://my-web-server-2 ',
    'http://my-web-server-1(*),http://my-web-server-2(agent.*,voice.dial)',
    'http://my-web-server-1 ( * ) , http://my-web-server-2 ( agent.* , voice.dial )',
  ])('do not depend on white space: %s', (text) => {
    const { grants, error } = parseAcceptedOrigins(text);
    expect(error).toBeUndefined();
    expect(grants.map(({ origin }) => origin)).toEqual([
      'http://my-web-server-1',
      'http://my-web-server-2',
    ]);
  });
});

describe('a sensitive operation', () => {
  test.each(['*', ANY, `${ANY} (*)`, `${ANY} (auth.*)`, `${ANY} (*, auth.*)`])(
    'is not granted by %s',
    (text) => {
      expect(parseAcceptedOrigins(text).error).toBeUndefined();
      expect(allowed(text, ANY, 'auth.getJwtToken')).toBe(false);
    },
  );

  test('is granted by its full name', () => {
    expect(allowed(`${ANY} (auth.getJwtToken)`, ANY, 'auth.getJwtToken')).toBe(true);
    expect(allowed(`${ANY} (auth.getjwttoken)`, ANY, 'auth.getJwtToken')).toBe(false);
  });

  test('may be one other than the token', () => {
    const options = { sensitiveOperations: ['voice.dial'] };
    const { allows } = parseAcceptedOrigins(ANY, options);
    expect(allows(ANY, 'voice.hold')).toBe(true);
    expect(allows(ANY, 'voice.dial')).toBe(false);
    expect(allows(ANY, 'auth.getJwtToken')).toBe(false);
  });
});

describe('an origin', () => {
  test.each([
    ['HTTPS://Example.COM', 'https://example.com'],
    ['https://example.com:443', 'https://example.com'],
    ['http://example.com:80', 'http://example.com'],
    ['https://example.com:8443', 'https://example.com:8443'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ])('written %s is %s', (text, origin) => {
    expect(parseAcceptedOrigins(text).grants).toEqual([{ origin, operations: ['*'] }]);
  });

  test('that is listed twice has the grants of both entries', () => {
    const { allows } = parseAcceptedOrigins(`${ANY} (agent.get), ${ANY} (voice.*)`);
    expect(allows(ANY, 'agent.get') && allows(ANY, 'voice.dial')).toBe(true);
    expect(allows(ANY, 'agent.set')).toBe(false);
  });

  test('null is granted nothing without allowNullOrigin', () => {
    expect(allowed('*', 'null', 'agent.get')).toBe(false);
    expect(parseAcceptedOrigins('null').error).toBeDefined();
    const { allows } = parseAcceptedOrigins('null (agent.get)', { allowNullOrigin: true });
    expect(allows('null', 'agent.get')).toBe(true);
    expect(allows('null', 'agent.set')).toBe(false);
  });

  test('null never gets the token', () => {
    const options = { allowNullOrigin: true };
    expect(parseAcceptedOrigins('null (auth.getJwtToken)', options).error).toBeDefined();
    expect(parseAcceptedOrigins('*', options).allows('null', 'auth.getJwtToken')).toBe(false);
  });
});

describe('an entry of a scheme that is not supported', () => {
  const EXTENSION = 'chrome-extension://abcdefghijklmnop';

  test.each([
    EXTENSION,
    'capacitor://localhost',
    'moz-extension://0b1f3c1e-7d1c (agent.*)',
    'ws://a.example:8080 (*)',
    'htps://a.example',
  ])('is skipped and reported, and the others count: %s', (entry) => {
    const text = `https://a.example (agent.get), ${entry}, https://b.example`;
    const { grants, skipped, error, allows } = parseAcceptedOrigins(text);
    expect(error).toBeUndefined();
    const [origin = ''] = entry.split(' ');
    expect(skipped).toEqual([{ origin, position: 31 }]);
    expect(grants.map((grant) => grant.origin)).toEqual(['https://a.example', 'https://b.example']);
    expect(allows('https://b.example', 'voice.dial')).toBe(true);
    expect(allows(origin, 'agent.get')).toBe(false);
  });

  test.each([
    `${EXTENSION}/`,
    `${EXTENSION} (agent)`,
    `${EXTENSION} (agent.get`,
    'chrome-extension://*',
    'chrome-extension://',
    'chrome-extension:abc',
    'ws://a.example:99999',
    'app://user@host',
    '*://a.example',
    '1app://host',
  ])('is an error if it is malformed: %s', (entry) => {
    const { grants, skipped, error } = parseAcceptedOrigins(`https://a.example, ${entry}`);
    expect(error?.position).toBeGreaterThanOrEqual(19);
    expect([grants, skipped]).toEqual([[], []]);
  });

  test('does not grant everything if it stands alone', () => {
    const { grants, skipped, allows } = parseAcceptedOrigins(`${EXTENSION} (*, auth.getJwtToken)`);
    expect([grants, skipped.length]).toEqual([[], 1]);
    expect(allows(EXTENSION, 'auth.getJwtToken')).toBe(false);
    expect(allows('null', 'auth.getJwtToken')).toBe(false);
  });
});

// Genesys, "Auth Namespace", has the whole line as its example, and spells the option in two ways.
describe('the whole line of the option', () => {
  test.each([
    'service-client-api.accepted-web-content-origins = ',
    'service-client-api-accepted-web-content-origins=',
    '  service-client-api.accepted-web-content-origins\t=\n',
  ])('is accepted: %j', (start) => {
    const text = `${start}https://genesyspureengage.github.io (*, auth.getJwtToken)`;
    const { allows, error } = parseAcceptedOrigins(text);
    expect(error).toBeUndefined();
    expect(allows('https://genesyspureengage.github.io', 'auth.getJwtToken')).toBe(true);
    expect(parseAcceptedOrigins(start)).toMatchObject({ grants: [], error: undefined });
    expect(parseAcceptedOrigins(`${start}oops`).error?.position).toBe(start.length);
  });

  test.each([
    'service-client-api.rate-limit = https://a.example',
    'service-client-api.accepted-web-content-origins https://a.example',
    'x service-client-api.accepted-web-content-origins = https://a.example',
    '= https://a.example',
  ])('of another option is an error: %s', (text) => {
    expect(parseAcceptedOrigins(text)).toMatchObject({ grants: [], error: expect.anything() });
  });
});

describe('an invalid text grants nothing, and reports the position', () => {
  test.each<[string, number]>([
    ['https://a.example/', 0],
    ['https://a.example/path', 0],
    ['https://a.example?x', 0],
    ['https://user@a.example', 0],
    ['https://*.a.example', 0],
    ['https://a.example:99999', 0],
    ['a.example', 0],
    ['//a.example', 0],
    ['file:///tmp', 0],
    ['javascript:alert', 0],
    ['null', 0],
    [',', 0],
    ['()', 0],
    ['(agent.get)', 0],
    ['https://a.example,', 18],
    ['https://a.example,,https://b.example', 18],
    ['https://a.example ()', 19],
    ['https://a.example (', 19],
    ['https://a.example (agent.get', 28],
    ['https://a.example (agent.get,)', 29],
    ['https://a.example (agent)', 19],
    ['https://a.example (agent.)', 19],
    ['https://a.example (.get)', 19],
    ['https://a.example (agent.get.more)', 19],
    ['https://a.example (*.get)', 19],
    ['https://a.example (agent.get voice.dial)', 29],
    ['https://a.example ((agent.get))', 19],
    ['https://a.example (agent.get))', 29],
    ['https://a.example (agent.get) (voice.dial)', 30],
    ['https://a.example https://b.example', 18],
    ['*, https://a.example', 1],
    ['* (agent.get)', 2],
    ['https://a.example, *', 19],
    ['https://good.example, https://bad.example/path', 22],
  ])('%s', (text, position) => {
    const { grants, error, allows } = parseAcceptedOrigins(text);
    expect(error?.position).toBe(position);
    expect(error?.message).toMatch(/\w/);
    expect(grants).toEqual([]);
    expect(allows('https://good.example', 'agent.get')).toBe(false);
  });
});

describe('for any text', () => {
  const piece = fc.oneof(
    fc.constantFrom('*', '(', ')', ',', ' ', '.', 'null', '://', 'auth.getJwtToken', 'auth.*'),
    fc.constantFrom('https://a.example', 'HTTP://B.example:80', 'agent.*', 'voice.dial', '/'),
    fc.string({ maxLength: 5 }),
  );
  const texts = fc.oneof(
    fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
    fc.string(),
  );

  test('parsing never throws, and an error points into the text', () => {
    fc.assert(
      fc.property(texts, fc.boolean(), (text, allowNullOrigin) => {
        const { error, grants } = parseAcceptedOrigins(text, { allowNullOrigin });
        if (error === undefined) return;
        expect(grants).toEqual([]);
        expect(error.position).toBeGreaterThanOrEqual(0);
        expect(error.position).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 2000 },
    );
  });

  test('every grant appears in the text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const { origin, operations } of parseAcceptedOrigins(text).grants) {
          const host = origin.replace(/^.*:\/\//, '');
          expect(text.toLowerCase()).toContain(host.toLowerCase());
          // An origin without a list is spelled by what is not there.
          for (const operation of operations) {
            if (operation !== '*') expect(text).toContain(operation);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('the token is granted by its exact name only, and to a listed origin only', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { allows, grants } = parseAcceptedOrigins(text);
        for (const { origin } of grants) {
          if (!allows(origin, 'auth.getJwtToken')) continue;
          expect(text).toContain('auth.getJwtToken');
          expect(origin).toMatch(/^https?:/);
        }
        expect(allows(ANY, 'auth.getJwtToken')).toBe(false);
        expect(allows('null', 'auth.getJwtToken')).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('valid lists are parsed as they were written', () => {
    const name = fc.stringMatching(/^[a-z]\w{0,6}$/);
    const operation = fc.oneof(
      fc.constant('*'),
      name.map((namespace) => `${namespace}.*`),
      fc.tuple(name, name).map((parts) => parts.join('.')),
    );
    const entry = fc.record({
      origin: fc.stringMatching(/^https:\/\/[a-z]{1,8}\.example(:[1-9]\d{3})?$/),
      operations: fc.array(operation, { minLength: 1, maxLength: 4 }),
      space: fc.constantFrom('', ' ', '\n\t'),
    });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 5 }), (entries) => {
        const text = entries
          .map(({ origin, operations, space }) =>
            [origin, '(', operations.join(`${space},${space}`), ')'].join(space),
          )
          .join(',');
        const { grants, error } = parseAcceptedOrigins(text);
        expect(error).toBeUndefined();
        expect(grants).toEqual(entries.map(({ origin, operations }) => ({ origin, operations })));
      }),
    );
  });
});

import { createTokenFinder } from '@mandate/core/token-places';
import cookieParser from 'cookie-parser';
import fc from 'fast-check';
import { parse as parseHono } from 'hono/utils/cookie';
import Koa from 'koa';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../../support/auth-request.js';

const NAME = '__Host-token';

/** What the guard finds: the token, `undefined`, or the code of the rejection. */
function find(cookie: string | undefined, name = NAME) {
  try {
    const headers = cookie === undefined ? {} : { cookie };
    return createTokenFinder([{ cookie: name }]).find(createRequest({ headers }));
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** What handlers of each host find. */
const HOSTS: Readonly<Record<string, (cookie: string) => string | undefined>> = {
  Express(cookie) {
    const req = { headers: { cookie } } as { headers: object; cookies?: Record<string, string> };
    cookieParser()(req as never, {} as never, (_error?: unknown) => undefined);
    return req.cookies?.[NAME];
  },
  Koa(cookie) {
    const message = { headers: { cookie }, socket: {} };
    const ctx = new Koa().createContext(message as never, { getHeader: () => undefined } as never);
    return ctx.cookies.get(NAME);
  },
  Hono: (cookie) => parseHono(cookie, NAME)[NAME],
};

/** The header, what the guard finds, and what the hosts find where they find something else. */
type Row = [cookie: string, found: string | undefined, ...others: (string | undefined)[]];

const TWICE = 'credentials_malformed';

describe('a token in a cookie is found', () => {
  const same: readonly (readonly [cookie: string, found: string | undefined])[] = [
    [`${NAME}=abc`, 'abc'],
    [`a=1; ${NAME}=abc; b=2`, 'abc'],
    [`a=1;${NAME}=abc;b=2`, 'abc'],
    [`  ${NAME}=abc`, 'abc'],
    [`a=1;   ${NAME}=abc;   b=2`, 'abc'],
    [`${NAME}=a=b==`, 'a=b=='],
    [`${NAME}==`, '='],
    [`${NAME}=a${NAME}=b`, `a${NAME}=b`],
    [`a=${NAME}`, undefined],
    [`a=${NAME}=abc`, undefined],
    [`a=1 ${NAME}=abc`, undefined],
    [`x${NAME}=abc`, undefined],
    [`${NAME}x=abc`, undefined],
    [`x${NAME}=no; ${NAME}=abc; ${NAME}x=no`, 'abc'],
    [`${NAME.toLowerCase()}=abc`, undefined],
    [`${NAME}`, undefined],
    [`${NAME};`, undefined],
    [`${NAME}; a=1`, undefined],
    [`;${NAME}=abc;`, 'abc'],
    [`;;${NAME}=abc`, 'abc'],
    [`=${NAME}=abc`, undefined],
    ['', undefined],
    ['=', undefined],
    [';', undefined],
    ['a', undefined],
  ];

  test.each(same)('as every host finds it in %s', (cookie, found) => {
    expect(find(cookie)).toBe(found);
    for (const parse of Object.values(HOSTS)) expect(parse(cookie) || undefined).toBe(found);
  });

  const different: readonly Row[] = [
    // Twice: each host chooses one, so the request is rejected.
    [`${NAME}=abc; ${NAME}=def`, TWICE, 'abc', 'abc', 'abc'],
    [`${NAME}=abc; ${NAME}=abc`, TWICE, 'abc', 'abc', 'abc'],
    [`${NAME}=; ${NAME}=abc`, TWICE, '', '', ''],
    [`${NAME}=abc; ${NAME}=`, TWICE, 'abc', 'abc', 'abc'],
    [`${NAME} =abc; ${NAME}=def`, TWICE, 'abc', 'def', 'abc'],
    // A comma separates lines of the header that a host has joined.
    [`a=1, ${NAME}=abc`, 'abc', undefined, undefined, undefined],
    [`${NAME}=abc, ${NAME}=def`, TWICE, `abc, ${NAME}=def`, `abc, ${NAME}=def`, `abc, ${NAME}=def`],
    [`${NAME}=abc,def`, 'abc', 'abc,def', 'abc,def', 'abc,def'],
    // White space.
    [`  ${NAME}=abc  `, 'abc', 'abc', 'abc  ', 'abc'],
    [`a=1;   ${NAME}=abc   ;b=2`, 'abc', 'abc', 'abc   ', 'abc'],
    [`${NAME} =abc`, 'abc', 'abc', undefined, 'abc'],
    [`${NAME}= abc`, 'abc', 'abc', ' abc', 'abc'],
    [`${NAME}\t=\tabc\t`, 'abc', 'abc', undefined, 'abc'],
    [`a=1;\t${NAME}=abc`, 'abc', 'abc', undefined, 'abc'],
    [`${NAME}=a c`, TWICE, 'a c', 'a c', 'a c'],
    [`\u00a0${NAME}=abc`, undefined, undefined, undefined, undefined],
    [`${NAME}=\u00a0abc`, '\u00a0abc', '\u00a0abc', '\u00a0abc', undefined],
    // Quotes and encodings are characters that no token has, so they are not removed.
    [`${NAME}="abc"`, '"abc"', 'abc', 'abc', 'abc'],
    [`${NAME}="abc`, '"abc', '"abc', 'ab', undefined],
    [`${NAME}=""`, '""', '', '', ''],
    [`${NAME}="a;b"`, '"a', '"a', '', undefined],
    [`${NAME}=a%2Eb`, 'a%2Eb', 'a.b', 'a%2Eb', 'a.b'],
    [`${NAME}=a%`, 'a%', 'a%', 'a%', 'a%'],
    [`${NAME}=a\\b`, 'a\\b', 'a\\b', 'a\\b', undefined],
    [`${NAME}=a\u0000b`, 'a\u0000b', 'a\u0000b', 'a\u0000b', undefined],
    [`${NAME}=a\u00ffb`, 'a\u00ffb', 'a\u00ffb', 'a\u00ffb', undefined],
    [`%5F_Host-token=abc`, undefined, undefined, undefined, undefined],
    // An empty value counts as absent.
    [`${NAME}=`, undefined, '', '', ''],
    [`${NAME}=;a=1`, undefined, '', '', ''],
    [`${NAME}= \t `, undefined, '', ' \t ', ''],
  ];

  test.each(different)('in %j, where hosts differ', (cookie = '', found, ...others) => {
    expect(find(cookie)).toBe(found);
    expect(Object.values(HOSTS).map((parse) => parse(cookie))).toEqual(others);
  });

  test('nowhere without the header', () => {
    expect(find(undefined)).toBeUndefined();
  });
});

/** The same, by dividing the header at every separator. */
function findNaively(header: string, name: string): string | undefined {
  const trim = (text: string) => text.replace(/^[ \t]+|[ \t]+$/g, '');
  const values = header.split(/[;,]/).flatMap((pair) => {
    const separator = pair.indexOf('=');
    const isNamed = separator !== -1 && trim(pair.slice(0, separator)) === name;
    return isNamed ? [trim(pair.slice(separator + 1))] : [];
  });
  if (values.length > 1) return TWICE;
  const [value] = values;
  return value?.includes(' ') ? TWICE : value || undefined;
}

describe('any Cookie header', () => {
  const piece = fc.constantFrom(
    ...['a', 'aa', 'a=', '=a', 'a=b', 'ba', ';', '; ', ',', ', ', '=', ' ', '\t', '"', '%61'],
    ...['x', 'a=a', 'aa=', 'a a', '\u00a0', '', 'a;', ';a', 'A=', '__Host-a='],
  );
  const header = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));

  test.each(['a', 'aa', '__Host-a'])('is read as if it were divided at separators: %s', (name) => {
    fc.assert(
      fc.property(header, (cookie) => {
        expect(find(cookie, name)).toBe(findNaively(cookie, name));
      }),
      { numRuns: 5_000 },
    );
  });

  test('never gives a handler another token than the guard', () => {
    const token = fc.stringMatching(/^[A-Za-z0-9._~+/=-]{1,12}$/);
    const pair = fc.oneof(
      token.map((value) => `${NAME}=${value}`),
      fc.tuple(token, token).map(([name, value]) => `${name.replaceAll(/[/=]/g, '')}=${value}`),
    );
    fc.assert(
      fc.property(
        fc.array(pair, { maxLength: 5 }),
        fc.constantFrom('; ', ';'),
        (pairs, between) => {
          const cookie = pairs.join(between);
          const found = find(cookie);
          if (found === TWICE) return;
          for (const parse of Object.values(HOSTS)) expect(parse(cookie)).toBe(found);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

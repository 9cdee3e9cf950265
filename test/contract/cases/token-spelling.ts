import { fixtureKey, signSegments, toSegment, withSegment } from '../../support/tokens.js';
import { allowed, bearer, type Case, get, rejected } from '../case.js';
import { claims, token, tokenWith, USER } from '../tokens.js';

const good = await USER;
const [header = '', payload = '', signature = ''] = good.split('.');
const key = await fixtureKey();
const HEADER = { alg: 'ES256', kid: 'ES256', typ: 'at+jwt' };

/** One token has one spelling and one reading. */
export const TOKEN_SPELLING: readonly Case[] = [
  {
    name: 'The unchanged token is accepted',
    request: get('/me', bearer(good)),
    expect: allowed('me'),
  },
  ...spellings('token_invalid', [
    ['one segment', header],
    ['two segments', `${header}.${payload}`],
    ['four segments', `${good}.${signature}`],
    ['five segments, as a JWE has', `${header}.a.b.c.d`],
    ['a dot in front', `.${good}`],
    ['a dot behind', `${good}.`],
    ['only dots', '..'],
    ['an empty header', `.${payload}.${signature}`],
    ['an empty payload', `${header}..${signature}`],
    ['an empty signature', `${header}.${payload}.`],
    ['padding behind the signature', `${good}==`],
    ['one = behind the signature', `${good}=`],
    ['the + of the other alphabet', withSegment(good, 2, signature.replace(/^./, '+'))],
    ['the / of the other alphabet', withSegment(good, 2, signature.replace(/^./, '/'))],
    ['a ~ in the signature', withSegment(good, 2, `${signature.slice(1)}~`)],
    ['a character more', `${good}A`],
    ['two characters more', `${good}AA`],
    ['a character less', good.slice(0, -1)],
    ['stray bits behind the last byte', `${good.slice(0, -1)}${nextLetter(good.at(-1))}`],
    ['stray bits behind the payload', withSegment(good, 1, withStrayBits(payload))],
    ['the payload of another token', withSegment(good, 1, toSegment(claims({ sub: 'eve' })))],
    [
      'the header of another algorithm',
      withSegment(good, 0, toSegment({ ...HEADER, alg: 'ES384' })),
    ],
    ['upper case', good.toUpperCase()],
    ['no JWT at all', 'opaque-token'],
    ['only the characters of a token that are not base64url', '-._~+/'],
  ]),
  ...spellings('credentials_malformed', [
    ['padding inside', withSegment(good, 1, `${payload}=`)],
    ['only padding', '=='],
    ['a space before the dot', withSegment(good, 1, `${payload} `)],
    ['a tab inside', withSegment(good, 1, `${payload}\t`)],
    ['a letter beyond ASCII', withSegment(good, 2, `${signature}\xff`)],
    ['a byte order mark in front', `\xef\xbb\xbf${good}`],
    ['an asterisk', '*'],
  ]),
  ...readings([
    ['a payload in invalid UTF-8', HEADER, withRaw(Uint8Array.of(0xff))],
    ['a payload with an overlong UTF-8 sequence', HEADER, withRaw(Uint8Array.of(0xc0, 0xaf))],
    [
      'a payload with half a surrogate pair in UTF-8',
      HEADER,
      withRaw(Uint8Array.of(0xed, 0xa0, 0x80)),
    ],
    ['a payload with a byte order mark', HEADER, `\ufeff${JSON.stringify(claims())}`],
    ['a header with a byte order mark', `\ufeff${JSON.stringify(HEADER)}`, claims()],
    ['a payload that is not JSON', HEADER, 'claims'],
    ['a payload that is cut off', HEADER, JSON.stringify(claims()).slice(0, -1)],
    ['a payload with something behind it', HEADER, `${JSON.stringify(claims())}x`],
    ['a payload with a comment', HEADER, `${JSON.stringify(claims())}/**/`],
    ['a payload that is a list', HEADER, [claims()]],
    ['a payload that is a text', HEADER, '"claims"'],
    ['a payload that is null', HEADER, 'null'],
    ['a payload that is a number', HEADER, '7'],
    ['an empty object for a payload', HEADER, {}],
    ['a header that is a list', [HEADER], claims()],
    ['a header that is null', 'null', claims()],
    ['a header with a member twice', '{"alg":"none","alg":"ES256","kid":"ES256"}', claims()],
    ['a header with a member called __proto__', '{"__proto__":{"alg":"ES256"}}', claims()],
    ['a header with __proto__ beside alg', '{"alg":"ES256","__proto__":{}}', claims()],
  ]),
  ...(
    [
      ['sub twice', '"sub":"eve@example.com"'],
      ['sub twice, once escaped', '"\\u0073ub":"eve@example.com"'],
      ['sub twice, equal', '"sub":"ada@example.com"'],
      ['exp twice', '"exp":99999999999'],
      ['aud twice', '"aud":"https://other.example"'],
      ['scope twice', '"scope":"ADMIN"'],
      ['a member twice in an object inside', '"x":{"a":1,"a":2}'],
      ['a member twice deep inside', '"x":[[{"a":1,"\\u0061":2}]]'],
      ['a member called __proto__', '"__proto__":{"permission":"GLOBAL"}'],
      ['an escaped member called __proto__', '"\\u005f_proto__":{}'],
      ['a member called __proto__ inside', '"x":{"__proto__":{"a":1}}'],
    ] as const
  ).map(
    ([row, member]): Case => ({
      name: `A token has one reading: ${row}`,
      request: get('/me', bearer(tokenWith(member))),
      expect: rejected('token_invalid'),
    }),
  ),
  ...(
    [
      ['white space in the payload', '  "x" :\t1\n'],
      ['a colon inside a text', '"x":"a:b\\":\\\\"'],
      ['the same name in two objects', '"x":{"sub":1},"y":{"sub":2}'],
      ['a member called constructor', '"constructor":"eve@example.com"'],
      ['a member called toString', '"toString":1'],
      ['deep lists', `"x":${'['.repeat(1000)}${']'.repeat(1000)}`],
    ] as const
  ).map(
    ([row, member]): Case => ({
      name: `A token may have ${row}`,
      request: get('/me', bearer(tokenWith(member))),
      expect: allowed('me'),
    }),
  ),
  {
    name: 'Escapes in a payload are decoded',
    request: get('/me', bearer(token({ sub: undefined }).then(() => escapedSubject()))),
    expect: allowed('me'),
  },
];

function escapedSubject(): Promise<string> {
  return tokenWith('"\\u0073\\u0075\\u0062":"\\u0061da@example.com"', ['sub']);
}

function spellings(
  code: 'token_invalid' | 'credentials_malformed',
  rows: readonly (readonly [row: string, spelling: string])[],
): readonly Case[] {
  return rows.map(([row, spelling]) => ({
    name: `A token has one spelling: ${row}`,
    request: get('/me', `Authorization: Bearer ${spelling}`),
    expect: rejected(code),
  }));
}

/** Tokens with a valid signature. */
function readings(
  rows: readonly (readonly [row: string, header: unknown, payload: unknown])[],
): readonly Case[] {
  return rows.map(([row, head, body]) => ({
    name: `A signed token is invalid: ${row}`,
    request: get('/me', bearer(signSegments(head, body, key))),
    expect: rejected('token_invalid'),
  }));
}

/** Valid claims with these bytes inside a string. */
function withRaw(bytes: Uint8Array): Uint8Array {
  const text = JSON.stringify(claims({ nickname: '@@' }));
  const [before = '', after = ''] = text.split('@@');
  return Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);
}

function nextLetter(letter = 'A'): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(letter) + 1] ?? 'B';
}

/** The same bytes for every decoder that ignores the bits behind the last one. */
function withStrayBits(segment: string): string {
  const aligned = segment.length % 4 === 0 ? toSegment(`${JSON.stringify(claims())} `) : segment;
  return `${aligned.slice(0, -1)}${nextLetter(aligned.at(-1))}`;
}

import { AUDIENCE, fixtureKey, ISSUER, signToken } from '../../support/tokens.js';
import { allowed, bearer, byHost, type Case, get, type Identity, post, rejected } from '../case.js';
import { AGED_ISSUER, ASYNC_ISSUER, MAPPED_ISSUER, STRICT_ISSUER } from '../issuers.js';
import { claims, NOW, NOW_MS, type Overrides, token, tokenWith } from '../tokens.js';

/** The claims of a token. The clocks may differ by five seconds. */
export const TOKEN_CLAIMS: readonly Case[] = [
  ...tokens('token_invalid', 'iss', [
    ['is missing', { iss: undefined }],
    ['is empty', { iss: '' }],
    ['is another', { iss: 'https://other.example' }],
    ['has a trailing slash', { iss: `${ISSUER}/` }],
    ['is in another case', { iss: ISSUER.toUpperCase() }],
    ['has a path', { iss: `${ISSUER}/tenant` }],
    ['has white space', { iss: ` ${ISSUER}` }],
    ['is a list', { iss: [ISSUER] }],
    ['is an object', { iss: { toString: ISSUER } }],
    ['is null', { iss: null }],
    ['is a number', { iss: 1 }],
    ['is inherited by every object', { iss: 'toString' }],
  ]),
  ...tokens('token_invalid', 'aud', [
    ['is missing', { aud: undefined }],
    ['is empty', { aud: '' }],
    ['is another', { aud: 'https://other.example' }],
    ['has a trailing slash', { aud: `${AUDIENCE}/` }],
    ['is in another case', { aud: AUDIENCE.toUpperCase() }],
    ['is an empty list', { aud: [] }],
    ['is a list of others', { aud: ['https://other.example', 'x'] }],
    ['is a list in a list', { aud: [[AUDIENCE]] }],
    ['is a list with a number', { aud: [AUDIENCE, 1] }],
    ['is a list with null', { aud: [AUDIENCE, null] }],
    ['is an object', { aud: { 0: AUDIENCE } }],
    ['is null', { aud: null }],
    ['is true', { aud: true }],
    ['is two names in a text', { aud: `${AUDIENCE} other` }],
  ]),
  ...good('aud', [
    ['is the API', { aud: AUDIENCE }],
    ['is the other name of the API', { aud: 'urn:second-name' }],
    ['is a list with the API', { aud: ['https://other.example', AUDIENCE] }],
  ]),
  ...tokens('token_invalid', 'sub', [
    ['is missing', { sub: undefined }],
    ['is empty', { sub: '' }],
    ['is a number', { sub: 7 }],
    ['is a list', { sub: ['ada@example.com'] }],
    ['is null', { sub: null }],
    ['is an object', { sub: {} }],
  ]),
  ...tokens('token_expired', 'exp', [
    ['was an hour ago', { exp: NOW - 3600 }],
    ['was as long ago as clocks may differ', { exp: NOW - 5 }],
    ['is the beginning of time', { exp: 0 }],
    ['is a fraction past the tolerance', { exp: NOW - 5.001 }],
  ]),
  ...good('exp', [
    ['is within the tolerance', { exp: NOW - 4 }],
    ['has a fraction', { exp: NOW + 0.5 }],
    ['is the last second of the year 9999', { exp: 253_402_300_799 }],
  ]),
  ...tokens('token_invalid', 'exp', [
    ['is missing', { exp: undefined }],
    ['is null', { exp: null }],
    ['is a text', { exp: String(NOW + 3600) }],
    ['is a date in a text', { exp: '2099-01-01T00:00:00Z' }],
    ['is true', { exp: true }],
    ['is a list', { exp: [NOW + 3600] }],
    ['is an object', { exp: {} }],
    ['is negative', { exp: -1 }],
    ['is in milliseconds', { exp: NOW_MS + 3_600_000 }],
    ['is 1e300', { exp: 1e300 }],
  ]),
  ...raw('exp is 1e400, which JSON.parse reads as Infinity', '"exp":1e400', ['exp']),
  ...raw('exp is -1e400', '"exp":-1e400', ['exp']),
  ...raw('exp is NaN, which is not JSON', '"exp":NaN', ['exp']),
  ...tokens('token_invalid', 'nbf', [
    ['is in an hour', { nbf: NOW + 3600 }],
    ['is a second past the tolerance', { nbf: NOW + 6 }],
    ['is a text', { nbf: '0' }],
    ['is null', { nbf: null }],
    ['is negative', { nbf: -1 }],
    ['is in milliseconds', { nbf: NOW_MS }],
  ]),
  ...raw('nbf is -1e400', '"nbf":-1e400'),
  ...good('nbf', [
    ['is now', { nbf: NOW }],
    ['is in as many seconds as clocks may differ', { nbf: NOW + 5 }],
    ['is the beginning of time', { nbf: 0 }],
  ]),
  ...tokens('token_invalid', 'iat', [
    ['is a text', { iat: String(NOW) }],
    ['is null', { iat: null }],
    ['is negative', { iat: -5 }],
    ['is in milliseconds', { iat: NOW_MS }],
  ]),
  ...raw('iat is 1e400', '"iat":1e400', ['iat']),
  ...good('iat', [
    ['is missing', { iat: undefined }],
    ['is a minute from now, where no age is limited', { iat: NOW + 60 }],
    ['is years ago, where no age is limited', { iat: 1 }],
  ]),
  ...tokens('token_invalid', 'jti', [
    ['is a number', { jti: 17 }],
    ['is empty', { jti: '' }],
    ['is null', { jti: null }],
  ]),
  ...good('jti', [['is missing', { jti: undefined }]]),
  ...tokens('token_invalid', 'client_id', [
    ['is a list', { client_id: ['a'] }],
    ['is empty', { client_id: '' }],
    ['is null', { client_id: null }],
  ]),
  ...tokens('token_invalid', 'cnf', [
    ['binds the token to a key', { cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } }],
    ['binds the token to a certificate', { cnf: { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5' } }],
    ['is empty', { cnf: {} }],
    ['is null', { cnf: null }],
  ]),
  ...tokens('token_invalid', 'act', [
    ['is a text', { act: 'robot' }],
    ['is null', { act: null }],
    ['is a list', { act: ['robot'] }],
    ['names no user', { act: {} }],
    ['names an empty subject', { act: { sub: '' } }],
    ['names a number', { act: { sub: 7 } }],
    ['has an actor that names no user', { act: { sub: 'robot', act: {} } }],
    ['goes too deep', { act: nestActors(9) }],
  ]),
  ...good('act', [
    ['names an actor', { act: { sub: 'robot' } }, { actors: ['robot'] }],
    [
      'names an actor of the actor',
      { act: { sub: 'robot', act: { sub: 'scheduler' } } },
      { actors: ['robot', 'scheduler'] },
    ],
  ]),
  ...noGroups('groups', [
    ['is an object', { groups: { admins: true } }],
    ['is an empty text', { groups: '' }],
    ['is true', { groups: true }],
    ['holds an empty text', { groups: ['admins', ''] }],
    ['holds a list', { groups: ['admins', ['admins']] }],
    ['holds null', { groups: ['admins', null] }],
    ['holds a fraction', { groups: ['admins', 1.5] }],
    ['holds a number that rounding has touched', { groups: ['admins', 2 ** 53] }],
    ['is null', { groups: null }],
  ]),
  ...good('groups', [
    ['holds texts and numbers', { groups: ['a', 7, -1] }, { groups: ['a', '7', '-1'] }],
    ['is empty', { groups: [] }, { groups: [] }],
    ['is one group as a text', { groups: 'two words' }, { groups: ['two words'] }],
    ['is one group as a number', { groups: 7 }, { groups: ['7'] }],
  ]),
  {
    name: 'One group as a string is that group',
    request: get('/admins', bearer(token({ groups: 'admins' }))),
    expect: allowed('admins', { subject: 'ada@example.com', groups: ['admins'] }),
  },
  ...noGroups('groupid', [
    ['is a list', { groupid: ['admins', 'b'] }],
    ['is empty beside groups', { groupid: '', groups: ['admins'] }],
    ['is null beside groups', { groupid: null, groups: ['admins'] }],
    ['is an object', { groupid: {} }],
    ['is a fraction', { groupid: 0.5 }],
    ['is true', { groupid: true }],
  ]),

  {
    name: 'maxTokenAgeSeconds: a young token is accepted',
    request: get('/me', bearer(token({ iss: AGED_ISSUER, iat: NOW - 600 }))),
    expect: allowed('me'),
  },
  {
    name: 'maxTokenAgeSeconds: an old token has expired',
    request: get('/me', bearer(token({ iss: AGED_ISSUER, iat: NOW - 605 }))),
    expect: rejected('token_expired'),
  },
  {
    name: 'maxTokenAgeSeconds: exp counts when it is earlier',
    request: get('/me', bearer(token({ iss: AGED_ISSUER, exp: NOW - 60 }))),
    expect: rejected('token_expired'),
  },
  {
    name: 'maxTokenAgeSeconds: a token without iat has no age',
    request: get('/me', bearer(token({ iss: AGED_ISSUER, iat: undefined }))),
    expect: rejected('token_invalid'),
  },
  {
    name: 'maxTokenAgeSeconds: a token from the future has no age',
    request: get('/me', bearer(token({ iss: AGED_ISSUER, iat: NOW + 60 }))),
    expect: rejected('token_invalid'),
  },
  {
    name: 'maxTokenAgeSeconds: the issuer may be a few seconds ahead',
    request: get('/me', bearer(token({ iss: AGED_ISSUER, iat: NOW + 4 }))),
    expect: allowed('me'),
  },

  {
    name: 'strict: a token of RFC 9068 is accepted',
    request: get('/me', bearer(token({ iss: STRICT_ISSUER }))),
    expect: allowed('me'),
  },
  ...['sub', 'client_id', 'jti', 'iat', 'aud', 'exp'].map(
    (claim): Case => ({
      name: `strict: a token without ${claim} is rejected`,
      request: get('/me', bearer(token({ iss: STRICT_ISSUER, [claim]: undefined }))),
      expect: rejected('token_invalid'),
    }),
  ),
  ...['JWT', undefined].map(
    (typ): Case => ({
      name: `strict: a token with typ ${typ} is rejected`,
      request: get('/me', bearer(token({ iss: STRICT_ISSUER }, { typ }))),
      expect: rejected('token_invalid'),
    }),
  ),
  {
    name: 'strict: typ may be written as a media type',
    request: get('/me', bearer(token({ iss: STRICT_ISSUER }, { typ: 'application/at+jwt' }))),
    expect: allowed('me'),
  },

  {
    name: 'An issuer may map claims of its own',
    request: post('/search', bearer(mapped({ roles: ['SEARCH'], team: 7 }))),
    expect: allowed('search', { subject: 'ada@mapped.example', groups: ['7'] }),
  },
  {
    name: 'Claims that an issuer does not map are ignored',
    request: post('/search', bearer(mapped({ scope: 'SEARCH', groups: ['admins'] }))),
    expect: rejected('scope_required', 'SEARCH'),
  },
  {
    name: 'A token is rejected when its mapped subject is missing',
    request: get('/me', bearer(mapped({ email: undefined }))),
    expect: rejected('token_invalid'),
  },
  {
    name: 'A token is rejected when its mapped subject is not a string',
    request: get('/me', bearer(mapped({ email: ['ada@mapped.example'] }))),
    expect: rejected('token_invalid'),
  },
  ...[undefined, ''].map(
    (sub): Case => ({
      name: `A mapped subject replaces a sub that is ${sub === '' ? 'empty' : 'missing'}`,
      request: get('/me', bearer(mapped({ sub }))),
      expect: allowed('me', { subject: 'ada@mapped.example' }),
    }),
  ),
  {
    name: 'strict: an empty sub is rejected',
    request: get('/me', bearer(token({ iss: STRICT_ISSUER, sub: '' }))),
    expect: rejected('token_invalid'),
  },
  {
    name: "A mapping that returns a promise is the application's fault and not the token's",
    request: get('/me', bearer(token({ iss: ASYNC_ISSUER }))),
    expect: byHost(500),
  },
  {
    name: 'A token is in no group when groups holds 1e400',
    request: get('/admins', bearer(tokenWith('"groups":["admins",1e400]'))),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'A token without any claim is rejected',
    request: get('/me', bearer(signToken({}))),
    expect: rejected('token_invalid'),
  },
  {
    name: 'A token of every algorithm that the issuer has keys for has the same claims',
    request: get('/me', bearer(fixtureKey('RS256').then((key) => signToken(claims(), { key })))),
    expect: allowed('me'),
  },
];

function mapped(overrides: Overrides): Promise<string> {
  return token({ iss: MAPPED_ISSUER, email: 'ada@mapped.example', ...overrides });
}

function nestActors(depth: number): unknown {
  return depth === 0 ? undefined : { sub: `robot-${depth}`, act: nestActors(depth - 1) };
}

function tokens(
  code: 'token_invalid' | 'token_expired',
  claim: string,
  rows: readonly (readonly [row: string, overrides: Overrides])[],
): readonly Case[] {
  return rows.map(([row, overrides]) => ({
    name: `A token is rejected when ${claim} ${row}`,
    request: get('/me', bearer(token(overrides))),
    expect: rejected(code),
  }));
}

/** Such a token is in no group, so only endpoints with a group rule reject it. */
function noGroups(
  claim: string,
  rows: readonly (readonly [row: string, overrides: Overrides])[],
): readonly Case[] {
  return rows.flatMap(([row, overrides]) => [
    {
      name: `A token is in no group when ${claim} ${row}`,
      request: get('/admins', bearer(token(overrides))),
      expect: rejected('group_mismatch'),
    },
    {
      name: `A token is accepted if no group is required when ${claim} ${row}`,
      request: get('/me', bearer(token(overrides))),
      expect: allowed('me', { subject: 'ada@example.com', groups: [] }),
    },
  ]);
}

function good(
  claim: string,
  rows: readonly (readonly [row: string, overrides: Overrides, identity?: Partial<Identity>])[],
): readonly Case[] {
  return rows.map(([row, overrides, identity]) => ({
    name: `A token is accepted when ${claim} ${row}`,
    request: get('/me', bearer(token(overrides))),
    expect: allowed('me', { subject: 'ada@example.com', ...identity }),
  }));
}

/** A claim that only JSON text can express. */
function raw(row: string, member: string, without: readonly string[] = []): readonly Case[] {
  return [
    {
      name: `A token is rejected when ${row}`,
      request: get('/me', bearer(tokenWith(member, without))),
      expect: rejected('token_invalid'),
    },
  ];
}

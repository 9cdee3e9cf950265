import { allowed, bearer, byHost, type Case, get, type Line, post, rejected } from '../case.js';
import { ANONYMOUS, GLOBAL, token, USER } from '../tokens.js';

const GRACE = {
  subject: 'grace@example.com',
  actors: ['robot'],
  permission: 'GLOBAL',
  groups: ['navy', '12345'],
} as const;

/** The act-as table: permission of the token × the header. */
export const ACT_AS: readonly Case[] = [
  ...asks('A GLOBAL token must name a user', GLOBAL, rejected('act_as_required'), [
    ['no header'],
    ['an empty header', 'X-Glean-ActAs:'],
    ['a header of spaces', 'X-Glean-ActAs:    '],
    ['a header of tabs', 'X-Glean-ActAs: \t \t'],
    ['both names empty', 'X-Glean-ActAs:', 'X-Scio-ActAs: '],
    ['a header of another name', 'X-ActAs: grace@example.com'],
  ]),
  ...asks('A GLOBAL token acts as the user', GLOBAL, allowed('me', GRACE), [
    ['one address', 'X-Glean-ActAs: grace@example.com'],
    ['white space around the address', 'X-Glean-ActAs: \t grace@example.com  '],
    ['the name of the header in lower case', 'x-glean-actas: grace@example.com'],
    ['the alias', 'X-Scio-ActAs: grace@example.com'],
    ['the alias beside an empty header', 'X-Glean-ActAs:', 'X-Scio-ActAs: grace@example.com'],
    [
      'both names with the same address',
      'X-Glean-ActAs: grace@example.com',
      'X-Scio-ActAs: grace@example.com',
    ],
    ['another spelling that the directory knows', 'X-Glean-ActAs: Grace@Example.COM'],
  ]),
  ...asks('A GLOBAL token names one e-mail address', GLOBAL, rejected('act_as_malformed'), [
    ['the literal undefined', 'X-Glean-ActAs: undefined'],
    ['the literal null', 'X-Glean-ActAs: null'],
    ['an id', 'X-Glean-ActAs: 12345'],
    ['a name', 'X-Glean-ActAs: Grace Hopper'],
    ['a name with an address', 'X-Glean-ActAs: Grace <grace@example.com>'],
    ['a quoted address', 'X-Glean-ActAs: "grace@example.com"'],
    ['a link', 'X-Glean-ActAs: mailto:grace@example.com'],
    ['nothing before the @', 'X-Glean-ActAs: @example.com'],
    ['nothing behind the @', 'X-Glean-ActAs: grace@'],
    ['two @', 'X-Glean-ActAs: grace@example.com@evil.example'],
    ['a space inside', 'X-Glean-ActAs: grace@example.com evil'],
    ['a no-break space before the address', 'X-Glean-ActAs: \xa0grace@example.com'],
    ['a no-break space behind the address', 'X-Glean-ActAs: grace@example.com\xa0'],
    ['a byte order mark', 'X-Glean-ActAs: \xef\xbb\xbfgrace@example.com'],
    ['a no-break space alone', 'X-Glean-ActAs: \xa0'],
    ['a wildcard', 'X-Glean-ActAs: *'],
    ['two addresses', 'X-Glean-ActAs: grace@example.com, ada@example.com'],
    ['the same address twice', 'X-Glean-ActAs: grace@example.com, grace@example.com'],
    ['two addresses with a semicolon', 'X-Glean-ActAs: grace@example.com;ada@example.com'],
    ['two headers', 'X-Glean-ActAs: grace@example.com', 'X-Glean-ActAs: ada@example.com'],
    ['two empty headers', 'X-Glean-ActAs:', 'X-Glean-ActAs:'],
    ['two equal headers', 'X-Glean-ActAs: grace@example.com', 'X-Glean-ActAs: grace@example.com'],
    ['an empty header and one with an address', 'X-Glean-ActAs:', 'X-Glean-ActAs: a@b.example'],
    ['two names that differ', 'X-Glean-ActAs: grace@example.com', 'X-Scio-ActAs: ada@example.com'],
    [
      'two names that differ in case only',
      'X-Glean-ActAs: grace@example.com',
      'X-Scio-ActAs: GRACE@example.com',
    ],
    ['an address longer than 254 characters', `X-Glean-ActAs: a@${'b.'.repeat(130)}example`],
    ['a letter beyond ASCII', 'X-Glean-ActAs: gr\xe4ce@example.com'],
    ['a letter beyond ASCII in UTF-8', 'X-Glean-ActAs: gr\xc3\xa4ce@example.com'],
    ['a look-alike letter', 'X-Glean-ActAs: gr\xd0\xb0ce@example.com'],
  ]),
  ...asks(
    'A GLOBAL token does not act as a user who is not known',
    GLOBAL,
    rejected('act_as_unknown'),
    [
      ['unknown address', 'X-Glean-ActAs: nobody@example.com'],
      ['unknown address in another case', 'X-Glean-ActAs: NOBODY@example.com'],
    ],
  ),
  ...asks('A USER token cannot act as another user', USER, rejected('act_as_forbidden'), [
    ['another user', 'X-Glean-ActAs: grace@example.com'],
    ['its own user', 'X-Glean-ActAs: ada@example.com'],
    ['no e-mail address', 'X-Glean-ActAs: undefined'],
    ['the alias', 'X-Scio-ActAs: grace@example.com'],
    ['two users', 'X-Glean-ActAs: grace@example.com, ada@example.com'],
    ['an unknown user', 'X-Glean-ActAs: nobody@example.com'],
  ]),
  ...asks('A USER token acts as its own user', USER, allowed('me'), [
    ['no header'],
    ['an empty header', 'X-Glean-ActAs:'],
    ['a header of white space', 'X-Scio-ActAs: \t '],
  ]),
  {
    name: 'An ANONYMOUS token may use an endpoint that is marked anonymous',
    request: get('/feed', bearer(ANONYMOUS)),
    expect: allowed('feed', { subject: 'kiosk', permission: 'ANONYMOUS' }),
  },
  {
    name: 'An empty act-as header changes nothing for an ANONYMOUS token',
    request: get('/feed', bearer(ANONYMOUS), 'X-Glean-ActAs: '),
    expect: allowed('feed', { subject: 'kiosk', permission: 'ANONYMOUS' }),
  },
  {
    name: 'An issued ANONYMOUS token may use an endpoint that is marked anonymous',
    request: post('/feed', bearer('mdt_kiosk')),
    expect: allowed('feed-search', { subject: 'kiosk', permission: 'ANONYMOUS' }),
  },
  {
    name: 'An ANONYMOUS token needs the scopes of an anonymous endpoint',
    request: post('/feed', bearer(token({ permission: 'ANONYMOUS', scope: 'CHAT' }))),
    expect: rejected('scope_required', 'SEARCH'),
  },
  {
    name: 'An ANONYMOUS token may not use any other endpoint',
    request: get('/me', bearer(ANONYMOUS)),
    expect: rejected('anonymous_not_allowed'),
  },
  {
    name: 'An ANONYMOUS token with the right scope may not use any other endpoint',
    request: post('/search', bearer('mdt_kiosk')),
    expect: rejected('anonymous_not_allowed'),
  },
  {
    name: 'An ANONYMOUS token is not in any group of an endpoint that is not anonymous',
    request: get('/admins', bearer(token({ permission: 'ANONYMOUS', groups: ['admins'] }))),
    expect: rejected('anonymous_not_allowed'),
  },
  ...asks('An ANONYMOUS token cannot act as a user', ANONYMOUS, rejected('act_as_forbidden'), [
    ['a user', 'X-Glean-ActAs: grace@example.com'],
    ['the alias', 'X-Scio-ActAs: grace@example.com'],
    ['no e-mail address', 'X-Glean-ActAs: anonymous'],
  ]).map((one) => ({ ...one, request: { ...one.request, target: '/feed' } })),
  {
    name: 'An anonymous endpoint serves a USER token under its own name',
    request: get('/feed', bearer(USER)),
    expect: allowed('feed'),
  },
  {
    name: 'A GLOBAL token must name a user at an anonymous endpoint too',
    request: get('/feed', bearer(GLOBAL)),
    expect: rejected('act_as_required'),
  },
  {
    name: 'Acting as a user keeps the scopes of the token',
    request: post('/search', bearer(GLOBAL), 'X-Glean-ActAs: grace@example.com'),
    expect: allowed('search', GRACE),
  },
  {
    name: 'Acting as a user gains no scope',
    request: post('/people', bearer(GLOBAL), 'X-Glean-ActAs: grace@example.com'),
    expect: rejected('scope_required', 'PEOPLE'),
  },
  {
    name: "Acting as a user does not lend the holder's groups",
    request: get('/admins', bearer(GLOBAL), 'X-Glean-ActAs: grace@example.com'),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'Acting as a user does not lend the groups of an issued token',
    request: get('/admins', bearer('mdt_groups'), 'X-Glean-ActAs: grace@example.com'),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'A user without groups has none if an issued token with groups acts for that user',
    request: get('/me', bearer('mdt_groups'), 'X-Glean-ActAs: alan@example.com'),
    expect: allowed('me', {
      subject: 'alan@example.com',
      actors: ['robot'],
      permission: 'GLOBAL',
      groups: [],
    }),
  },
  {
    name: 'A user without groups has none if a token acts for that user',
    request: get('/me', bearer(GLOBAL), 'X-Glean-ActAs: alan@example.com'),
    expect: allowed('me', {
      subject: 'alan@example.com',
      actors: ['robot'],
      permission: 'GLOBAL',
      groups: [],
    }),
  },
  {
    name: 'The groups of the user that a token acts for count',
    request: get('/groups/navy/visitors', bearer(GLOBAL), 'X-Glean-ActAs: grace@example.com'),
    expect: allowed('visitors', GRACE),
  },
  {
    name: 'The groups of the user that a token acts for may be numbers',
    request: get('/lookup?groupid=12345', bearer(GLOBAL), 'X-Glean-ActAs: grace@example.com'),
    expect: allowed('lookup', GRACE),
  },
  {
    name: 'The actors of the token follow the holder who acts (RFC 8693)',
    request: get(
      '/me',
      bearer(token({ sub: 'robot', permission: 'GLOBAL', act: { sub: 'scheduler' } })),
      'X-Glean-ActAs: grace@example.com',
    ),
    expect: allowed('me', { ...GRACE, actors: ['robot', 'scheduler'] }),
  },
  {
    name: "A fault of the directory is the host's own 500",
    request: get('/me', bearer(GLOBAL), 'X-Glean-ActAs: fire@example.com'),
    expect: byHost(500),
  },
  {
    name: "A fault of the directory is the host's own 500 where a group is required",
    request: get('/lookup?groupid=1', bearer(GLOBAL), 'X-Glean-ActAs: fire@example.com'),
    expect: byHost(500),
  },
  {
    name: 'An unknown permission counts as USER',
    request: get('/me', bearer(token({ permission: 'ROOT' })), 'X-Glean-ActAs: grace@example.com'),
    expect: rejected('act_as_forbidden'),
  },
  {
    name: 'An invalid token is rejected before its act-as header is checked',
    request: get('/me', bearer('bad'), 'X-Glean-ActAs: undefined'),
    expect: rejected('token_invalid'),
  },
];

function asks(
  claim: string,
  holder: Promise<string>,
  expect: Case['expect'],
  rows: readonly (readonly [row: string, ...lines: Line[]])[],
): readonly Case[] {
  return rows.map(([row, ...lines]) => ({
    name: `${claim}: ${row}`,
    request: get('/me', bearer(holder), ...lines),
    expect,
  }));
}

import type { AuthErrorCode } from '@mandate/core';
import {
  allowed,
  bearer,
  byHost,
  type Case,
  type Exceptions,
  type Expectation,
  get,
  type Line,
  post,
  rejected,
  send,
} from '../case.js';
import { scoped, token, USER } from '../tokens.js';

const anyToken = await USER;
const otherToken = await token({ jti: 'token-2' });
const hugeToken = await token({ filler: 'x'.repeat(11_500) });
const cookie = `Cookie: session=${anyToken}`;
const UNTYPED_QUERY: Exceptions = {
  because:
    'Fastify, which parses before the guards of Nest, rejects a QUERY without a Content-Type',
  'nest on fastify': byHost(400),
};

/** Tokens in other places than the `Authorization` header, which the policy lists. */
export const TOKEN_PLACES: readonly Case[] = [
  ...accepted([
    ['A header of its own holds the token', `X-Api-Key: ${anyToken}`],
    ['White space around a token in a header is ignored', `X-Api-Key: \t ${anyToken} \t`],
    ['A header with a scheme of its own holds the token', `X-Ticket: Ticket ${anyToken}`],
    ['The scheme has no case', `X-Ticket: tICKET ${anyToken}`],
    ['A cookie holds the token', `Cookie: theme=dark; session=${anyToken}; lang=en`],
    ['Spaces around a cookie are ignored', `Cookie: a=1;   session=${anyToken}  ;b=2`],
    ['A function of the application finds the token later', `X-Late-Token: ${anyToken}`],
    ['One token in two places is one token', `X-Api-Key: ${anyToken}`, cookie],
    ['One token in the header and in a cookie is one token', bearer(USER), cookie],
    ['An empty cookie counts as absent', bearer(USER), 'Cookie: session='],
    ['An empty header counts as absent', bearer(USER), 'X-Api-Key:', 'X-Ticket:  '],
    ['A cookie whose name only ends alike is another one', bearer(USER), 'Cookie: xsession=bad'],
    ['A cookie whose name has another case is another one', bearer(USER), 'Cookie: Session=bad'],
    ['A cookie whose value holds the name is another one', bearer(USER), 'Cookie: a=session'],
    ['Cookies of two lines are read', 'Cookie: theme=dark', cookie],
  ]),
  {
    name: 'The query holds the token',
    request: get(`/me?a=1&ticket=${anyToken}`),
    expect: allowed('me'),
  },
  {
    name: 'An empty parameter counts as absent',
    request: get('/me?ticket=', bearer(USER)),
    expect: allowed('me'),
  },
  ...rejections('credentials_malformed', [
    ['Two tokens in two places are two', bearer(USER), `X-Api-Key: ${otherToken}`],
    [
      'Two tokens in the header and in a cookie are two',
      bearer(USER),
      `Cookie: session=${otherToken}`,
    ],
    [
      'A header that is there twice is two tokens',
      `X-Api-Key: ${anyToken}`,
      `X-Api-Key: ${anyToken}`,
    ],
    ['A token with its scheme where none is expected', `X-Api-Key: Bearer ${anyToken}`],
    ['A cookie that is there twice', `Cookie: session=${anyToken}; session=${anyToken}`],
    ['A cookie that is in two lines', cookie, `Cookie: session=${otherToken}`],
    [
      'A cookie that hides behind a comma',
      `Cookie: a=1, session=${otherToken}; session=${anyToken}`,
    ],
    ['A quoted cookie', `Cookie: session="${anyToken}"`],
    ['A percent-encoded cookie', `Cookie: session=${anyToken}%20`],
    ['A cookie of more than 15 KiB', `Cookie: session=${hugeToken}`],
    ['A malformed bearer header beside a cookie', `Authorization: BearerX ${anyToken}`, cookie],
    ['A no-break space before a token in a header', `X-Api-Key: \xa0${anyToken}`],
    ['A late token that is there twice', `X-Late-Token: ${anyToken}`, `X-Late-Token: ${anyToken}`],
    ['Two tokens, one of which is found later', cookie, `X-Late-Token: ${otherToken}`],
  ]),
  ...rejections('credentials_missing', [
    ['A scheme without a token', 'X-Ticket: Ticket'],
    ['A bearer header without a token, beside a cookie', 'Authorization: Bearer', cookie],
    ['Another scheme beside a cookie', 'Authorization: Basic YWRhOnNlY3JldA==', cookie],
    ['Another scheme in a header with a scheme of its own', `X-Ticket: Bearer ${anyToken}`],
    ['A scheme that only begins alike', `X-Ticket: Tick ${anyToken}`],
    ['A header that is not listed', `X-Auth-Token: ${anyToken}`],
    ['A cookie that is not listed', `Cookie: access_token=${anyToken}`],
  ]),
  ...rejections('token_invalid', [
    ['A bad token in a cookie', 'Cookie: session=bad'],
    ['A bad token in a header', 'X-Api-Key: bad'],
    ['A bad late token', 'X-Late-Token: bad'],
  ]),
  ...[
    `ticket=${anyToken}&ticket=${anyToken}`,
    `ticket=${anyToken}&ticket[]=x`,
    `ticket[]=${anyToken}`,
    `ticket[a]=${anyToken}`,
    `ticket=${anyToken}&ticket.x=1`,
    `ticket=%20${anyToken}`,
  ].map(
    (query): Case => ({
      name: `A token in a query with several readings: ${query.replaceAll(anyToken, '…').replaceAll(otherToken, '…')}`,
      request: get(`/me?${query}`),
      expect: rejected('credentials_malformed'),
    }),
  ),
  {
    name: 'A public endpoint ignores every place',
    request: get('/health?ticket=bad', 'Cookie: session=bad', 'X-Api-Key: bad'),
    expect: { handler: 'health', identity: undefined },
  },

  ...fromPage(allowed('search'), [
    ['A page of this origin', 'Sec-Fetch-Site: same-origin'],
    [
      'A page of this origin that hides its referrer',
      'Sec-Fetch-Site: same-origin',
      'Origin: null',
    ],
    ['An older browser on a page of this origin', 'Origin: https://app.example'],
  ]),
  ...fromPage(rejected('cross_site'), [
    ['No header that names the page'],
    ['A page of another site', 'Sec-Fetch-Site: cross-site'],
    ['A page of a sub-domain', 'Sec-Fetch-Site: same-site', 'Origin: https://app.example'],
    ['A request that the user started', 'Sec-Fetch-Site: none'],
    ['An empty Sec-Fetch-Site', 'Sec-Fetch-Site:', 'Origin: https://app.example'],
    ['Sec-Fetch-Site in another case', 'Sec-Fetch-Site: Same-Origin'],
    ['Sec-Fetch-Site twice', 'Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: same-origin'],
    [
      'Sec-Fetch-Site twice, and different',
      'Sec-Fetch-Site: cross-site',
      'Sec-Fetch-Site: same-origin',
    ],
    ['Another origin', 'Origin: https://evil.example'],
    ['Another scheme of the origin', 'Origin: http://app.example'],
    ['Another port of the origin', 'Origin: https://app.example:8443'],
    ['An origin that begins alike', 'Origin: https://app.example.evil.example'],
    ['The origin in upper case', 'Origin: HTTPS://APP.EXAMPLE'],
    ['The origin with a path', 'Origin: https://app.example/'],
    ['The origin null', 'Origin: null'],
    ['The origin twice', 'Origin: https://app.example', 'Origin: https://app.example'],
    ['Only a referrer', 'Referer: https://app.example/'],
  ]),
  {
    name: 'CSRF: QUERY is checked, although it is safe, because its body may hold anything',
    request: send('QUERY', '/search', cookie),
    expect: rejected('cross_site'),
    except: UNTYPED_QUERY,
  },
  {
    name: 'CSRF: QUERY of another site is rejected',
    request: send('QUERY', '/search', cookie, 'Sec-Fetch-Site: cross-site'),
    expect: rejected('cross_site'),
    except: UNTYPED_QUERY,
  },
  {
    name: 'CSRF: The page is checked before an invalid token in a cookie',
    request: post('/search', 'Cookie: session=bad'),
    expect: rejected('cross_site'),
  },
  {
    name: 'CSRF: The page is checked before the scopes',
    request: post(
      '/search',
      scoped('CHAT').then((one) => `Cookie: session=${one}`),
    ),
    expect: rejected('cross_site'),
  },
  {
    name: 'CSRF: A token in the header needs no page, also beside the cookie',
    request: post('/search', bearer(USER), cookie, 'Sec-Fetch-Site: cross-site'),
    expect: allowed('search'),
  },
  {
    name: 'CSRF: PUT needs the page',
    request: { ...get('/docs/7', cookie), method: 'PUT' },
    expect: rejected('cross_site'),
  },
  {
    name: 'CSRF: DELETE needs the page',
    request: { ...get('/docs/7', cookie), method: 'DELETE' },
    expect: rejected('cross_site'),
  },
  {
    name: 'CSRF: reading needs no page',
    request: get('/me', cookie, 'Sec-Fetch-Site: cross-site', 'Origin: https://evil.example'),
    expect: allowed('me'),
  },
  {
    name: 'CSRF: HEAD needs no page',
    request: { ...get('/me', cookie), method: 'HEAD' },
    expect: allowed('me'),
  },
];

function accepted(rows: readonly (readonly [string, ...Line[]])[]): readonly Case[] {
  return rows.map(([name, ...lines]) => ({
    name,
    request: get('/me', ...lines),
    expect: allowed('me'),
  }));
}

function rejections(
  code: AuthErrorCode,
  rows: readonly (readonly [string, ...Line[]])[],
): readonly Case[] {
  return rows.map(([name, ...lines]) => ({
    name,
    request: get('/me', ...lines),
    expect: rejected(code),
  }));
}

/** Requests that change something, with a token from a cookie. */
function fromPage(
  expect: Expectation,
  rows: readonly (readonly [string, ...Line[]])[],
): readonly Case[] {
  return rows.map(([name, ...lines]) => ({
    name: `CSRF: ${name}`,
    request: post('/search', cookie, ...lines),
    expect,
  }));
}

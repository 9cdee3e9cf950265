import { ADA, allowed, bearer, type Case, get, type Identity, type Line, post } from '../case.js';
import { hashToken } from '../hosts/echo.js';
import { GLOBAL, token, USER } from '../tokens.js';

const userToken = await USER;
const globalToken = await GLOBAL;
const rsaToken = await token({}, { alg: 'RS256' });

const kept = (raw: string, algorithm: string | null = 'ES256') => ({
  rawToken: hashToken(raw),
  algorithm,
});
const NONE = { rawToken: null, algorithm: null };

/** What `getRawToken` returns to the handler of an allowed request. */
export const RAW_TOKENS: readonly Case[] = [
  ...reads({ ...ADA, ...kept(userToken) }, [
    ['of the Authorization header', bearer(USER)],
    ['without the spaces before it', `Authorization: Bearer    ${userToken}`],
    ['of another header', `X-Api-Key: ${userToken}`],
    ['without its own scheme', `X-Ticket: Ticket ${userToken}`],
    ['of a cookie', `Cookie: theme=dark; session=${userToken}`],
    ['that the application found later', `X-Late-Token: ${userToken}`],
    ['that two places hold', `X-Api-Key: ${userToken}`, `Cookie: session=${userToken}`],
  ]),
  ...reads({ ...ADA, ...kept(rsaToken, 'RS256') }, [
    ['with the header of its own key', bearer(rsaToken)],
  ]),
  ...reads({ ...ADA, ...kept('opaque-ada', null) }, [
    [
      'without a header if it is not a JWT',
      'Authorization: Bearer opaque-ada',
      'X-Glean-Auth-Type: OAUTH',
    ],
  ]),
  ...reads(
    {
      subject: 'grace@example.com',
      actors: ['robot'],
      permission: 'GLOBAL',
      ...kept(globalToken),
    },
    [['of the holder if it acts as a user', bearer(GLOBAL), 'X-Glean-ActAs: grace@example.com']],
  ),
  {
    name: 'The raw token is that of the query',
    request: get(`/me?ticket=${userToken}`),
    expect: allowed('me', { ...ADA, ...kept(userToken) }),
  },
  {
    name: 'The raw token is there behind a condition that takes time',
    request: post('/owned/ada', bearer(USER)),
    expect: allowed('owned-later', { ...ADA, ...kept(userToken) }),
  },
  {
    name: 'The raw token is there where tokens are optional',
    request: get('/news', bearer(USER)),
    expect: allowed('news', { ...ADA, ...kept(userToken) }),
  },
  {
    name: 'Without a token, there is no raw token',
    request: get('/news'),
    expect: allowed('news', { subject: 'anonymous', permission: 'ANONYMOUS', ...NONE }),
  },
  {
    name: 'At a public endpoint, there is no raw token',
    request: get('/health', bearer(USER)),
    expect: allowed('health', { subject: 'anonymous', permission: 'ANONYMOUS', ...NONE }),
    except: {
      because: 'without a map, no guard runs before a public route',
      'by-route': { handler: 'health', identity: undefined },
    },
  },
];

function reads(
  identity: Identity,
  rows: readonly (readonly [string, ...Line[]])[],
): readonly Case[] {
  return rows.map(([name, ...lines]) => ({
    name: `The raw token is the one ${name}`,
    request: get('/me', ...lines),
    expect: allowed('me', identity),
  }));
}

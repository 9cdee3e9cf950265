import { allowed, bearer, byHost, type Case, get, post, rejected } from '../case.js';
import { token, USER } from '../tokens.js';

const anyToken = await USER;
const otherToken = await token({ jti: 'token-2' });
const longToken = await token({ filler: 'x'.repeat(5_500) });
const hugeToken = await token({ filler: 'x'.repeat(11_500) });
/** 200 group ids as Microsoft Entra ID writes them, the most that it puts into a token. */
const manyGroups = Array.from(
  { length: 200 },
  (_, i) => `8f1c0d3a-5b7e-4c2d-9a6f-${100000000000 + i}`,
);
const tokenOfManyGroups = await token({ groups: manyGroups });

/** The place of the token and the syntax of the header (RFC 6750 §2.1). */
export const CREDENTIALS: readonly Case[] = [
  {
    name: 'One Authorization header with a valid token is accepted',
    request: get('/me', bearer(USER)),
    expect: allowed('me'),
  },
  {
    name: 'A request without credentials gets a bare challenge',
    request: get('/me'),
    expect: rejected('credentials_missing'),
  },
  ...headers('credentials_missing', [
    ['An empty Authorization header counts as none', 'Authorization:'],
    ['A blank Authorization header counts as none', 'Authorization:    '],
    ['Basic credentials are another scheme', 'Authorization: Basic YWRhOnNlY3JldA=='],
    ['Digest credentials are another scheme', 'Authorization: Digest username="ada"'],
    ['Negotiate credentials are another scheme', 'Authorization: Negotiate YIIJ'],
    ['DPoP credentials are another scheme', `Authorization: DPoP ${anyToken}`],
    ['A token without a scheme is another scheme', `Authorization: ${anyToken}`],
    ['Bearer alone has no token', 'Authorization: Bearer'],
    ['Bearer and a space have no token', 'Authorization: Bearer '],
    ['A Proxy-Authorization header is ignored', `Proxy-Authorization: Bearer ${anyToken}`],
    ['A cookie is ignored', `Cookie: access_token=${anyToken}`],
    ['X-Authorization is ignored', `X-Authorization: Bearer ${anyToken}`],
  ]),
  ...headers('credentials_malformed', [
    ['A tab does not separate the scheme from the token', `Authorization: Bearer\t${anyToken}`],
    ['A colon does not separate the scheme from the token', `Authorization: Bearer:${anyToken}`],
    ['A comma does not separate the scheme from the token', `Authorization: Bearer,${anyToken}`],
    ['A scheme that only starts with Bearer is malformed', `Authorization: BearerX ${anyToken}`],
    ['Two tokens joined by a comma are two', `Authorization: Bearer ${anyToken},${otherToken}`],
    [
      'Two bearer credentials in one line are two',
      `Authorization: Bearer ${anyToken}, Bearer ${otherToken}`,
    ],
    ['Something behind the token is malformed', `Authorization: Bearer ${anyToken} x`],
    ['A parameter behind the token is malformed', `Authorization: Bearer ${anyToken}, realm="a"`],
    ['A quoted token is malformed', `Authorization: Bearer "${anyToken}"`],
    ['A token in angle brackets is malformed', `Authorization: Bearer <${anyToken}>`],
    ['A percent-encoded token is malformed', `Authorization: Bearer ${anyToken}%20`],
    ['A token with a character beyond ASCII is malformed', `Authorization: Bearer ${anyToken}\xe9`],
    ['A token after a no-break space is malformed', `Authorization: Bearer \xa0${anyToken}`],
    ['A token of more than 15 KiB is malformed', `Authorization: Bearer ${hugeToken}`],
    [
      '15361 characters are too long, whatever they are',
      `Authorization: Bearer ${'a'.repeat(15_361)}`,
    ],
  ]),
  {
    name: 'A token of 15360 characters is verified',
    request: get('/me', `Authorization: Bearer ${'a'.repeat(15_360)}`),
    expect: rejected('token_invalid'),
  },
  {
    name: 'A long valid token is accepted',
    request: get('/me', `Authorization: Bearer ${longToken}`),
    expect: allowed('me'),
  },
  {
    name: 'A token with 200 group ids is good',
    request: get('/me', `Authorization: Bearer ${tokenOfManyGroups}`),
    expect: allowed('me', { subject: 'ada@example.com', groups: manyGroups }),
  },
  ...['bearer', 'BEARER', 'bEaReR'].map(
    (scheme): Case => ({
      name: `The scheme may be written ${scheme}`,
      request: get('/me', `Authorization: ${scheme} ${anyToken}`),
      expect: allowed('me'),
    }),
  ),
  ...['authorization', 'AUTHORIZATION'].map(
    (name): Case => ({
      name: `The header may be written ${name}`,
      request: get('/me', `${name}: Bearer ${anyToken}`),
      expect: allowed('me'),
    }),
  ),
  {
    name: 'Several spaces may separate the scheme from the token (RFC 9110 §11.4)',
    request: get('/me', `Authorization: Bearer   ${anyToken}`),
    expect: allowed('me'),
  },
  {
    name: 'White space around the header value is not part of it',
    request: get('/me', `Authorization: \t Bearer ${anyToken} \t`),
    expect: allowed('me'),
  },
  {
    name: 'Two equal Authorization headers count as two',
    request: get('/me', bearer(USER), bearer(USER)),
    expect: rejected('credentials_malformed'),
  },
  {
    name: 'A valid token after an invalid one does not count',
    request: get('/me', 'Authorization: Bearer bad', bearer(USER)),
    expect: rejected('credentials_malformed'),
  },
  {
    name: 'An invalid token after a valid one counts',
    request: get('/me', bearer(USER), 'authorization: Bearer bad'),
    expect: rejected('credentials_malformed'),
  },
  {
    name: 'Bearer after Basic counts as a second header',
    request: get('/me', 'Authorization: Basic YWRhOnNlY3JldA==', bearer(USER)),
    expect: rejected('credentials_malformed'),
  },
  {
    name: 'Basic after Bearer counts as a second header',
    request: get('/me', bearer(USER), 'Authorization: Basic YWRhOnNlY3JldA=='),
    expect: rejected('credentials_malformed'),
  },
  {
    name: 'An empty Authorization header after a valid one counts as a second header',
    request: get('/me', bearer(USER), 'Authorization:'),
    expect: rejected('credentials_malformed'),
  },
  {
    name: 'A token in the query is ignored',
    request: get(`/me?access_token=${anyToken}`),
    expect: rejected('credentials_missing'),
  },
  {
    name: 'A token in the query beside the header changes nothing',
    request: get('/me?access_token=bad', bearer(USER)),
    expect: allowed('me'),
  },
  {
    name: 'A token in a trailer is ignored',
    request: {
      ...post('/search', 'Transfer-Encoding: chunked', 'Trailer: Authorization'),
      body: `0\r\nAuthorization: Bearer ${anyToken}\r\n\r\n`,
    },
    expect: rejected('credentials_missing'),
    except: {
      because: 'Fastify, which parses before the guards of Nest, rejects a body without a type',
      'nest on fastify': byHost(415),
    },
  },

  {
    name: 'The HTTP parser rejects a folded Authorization header',
    request: get('/me', `Authorization: Bearer\r\n ${anyToken}`),
    expect: byHost(400),
  },
  {
    name: 'The HTTP parser rejects a NUL in the Authorization header',
    request: get('/me', `Authorization: Bearer ${anyToken}\0`),
    expect: byHost(400),
  },
  {
    name: 'The HTTP parser rejects a space before the colon',
    request: get('/me', `Authorization : Bearer ${anyToken}`),
    expect: byHost(400),
  },
  {
    name: 'The HTTP parser rejects headers of more than 16 KiB',
    request: get('/me', bearer(USER), `X-Filler: ${'x'.repeat(17 * 1024)}`),
    expect: byHost(431),
  },
];

/** `GET /me` with one header line each. */
function headers(
  code: 'credentials_missing' | 'credentials_malformed',
  lines: readonly (readonly [name: string, line: string])[],
): readonly Case[] {
  return lines.map(([name, line]) => ({ name, request: get('/me', line), expect: rejected(code) }));
}

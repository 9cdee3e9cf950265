import { encode, makeClaims, signToken } from './tokens.mjs';

/** The guard's default limit. */
const MAX_TOKEN = 15_360;

/** Requests that are meant to take long: `[name, path, headers]`. */
export async function createHostileRequests(maxHeader) {
  const good = await signToken(makeClaims());
  const long = await Promise.all([
    signToken({ ...makeClaims(), groups: Array.from({ length: 900 }, (_, i) => `g${i}`) }),
    signToken({ ...makeClaims(), scope: 's '.repeat(2500) }),
  ]);
  const path = '/rest/api/v1/documents/';
  const bearer = (token) => ({ authorization: `Bearer ${token}` });
  const forge = (payload) => bearer(forgeToken(payload));
  const nested = (open, close) => {
    const depth = Math.floor(5000 / (open.length + close.length));
    return forge(`{"a":${open.repeat(depth)}1${close.repeat(depth)}}`);
  };
  return [
    [
      'token at the limit',
      `${path}1`,
      bearer(forgeToken(' '.repeat(11_000)).padEnd(MAX_TOKEN, 'A')),
    ],
    ['token above the limit', `${path}1`, bearer('A'.repeat(MAX_TOKEN + 1))],
    ['header full of token', `${path}1`, bearer('A'.repeat(maxHeader))],
    ['token of dots', `${path}1`, bearer('.'.repeat(MAX_TOKEN))],
    ['token of equals signs', `${path}1`, bearer('='.repeat(MAX_TOKEN))],
    ['scheme and spaces', `${path}1`, { authorization: `Bearer${' '.repeat(maxHeader)}x` }],
    ['commas and spaces', `${path}1`, { authorization: `x${',   '.repeat(maxHeader / 4)}x` }],
    ['commas and bearers', `${path}1`, { authorization: `x${', bearer'.repeat(maxHeader / 8)}x` }],
    ['nested lists', `${path}1`, nested('[', ']')],
    ['nested objects', `${path}1`, nested('{"a":', '}')],
    ['many members', `${path}1`, forge(`{${members(700)}}`)],
    ['many equal members', `${path}1`, forge(`{"a":1${',"a":1'.repeat(900)}}`)],
    ['many backslashes', `${path}1`, forge(`{"a":"${'\\'.repeat(5500)}"}`)],
    ['many escaped quotes', `${path}1`, forge(`{"a":"${'\\"'.repeat(2700)}"}`)],
    ['huge number', `${path}1`, forge(`{"exp":${'9'.repeat(5500)}}`)],
    ['nested actors', `${path}1`, forge(JSON.stringify(nestActors(makeClaims(), 400)))],
    [
      'thousands of audiences',
      `${path}1`,
      forge(JSON.stringify({ ...makeClaims(), aud: many(900) })),
    ],
    ['hundreds of groups', '/rest/api/v1/groups/12345/visitors', bearer(long[0])],
    ['thousands of scopes', `${path}1`, bearer(long[1])],
    ['long path', `${path}${'a'.repeat(maxHeader)}`, bearer(good)],
    ['path of slashes', '/'.repeat(maxHeader), bearer(good)],
    ['path of segments', '/a'.repeat(maxHeader / 2), bearer(good)],
    ['path of dots', `${path}${'.'.repeat(maxHeader)}`, bearer(good)],
    ['path of percent signs', `${path}${'%'.repeat(maxHeader)}`, bearer(good)],
    ['path of encoded letters', `${path}${'%C3%A9'.repeat(maxHeader / 6)}`, bearer(good)],
    ['path of encoded slashes', `${path}${'%2F'.repeat(maxHeader / 3)}`, bearer(good)],
    [
      'group of encoded letters',
      `/rest/api/v1/groups/${'%C3%A9'.repeat(maxHeader / 6)}/visitors`,
      bearer(good),
    ],
    ['huge query', `${path}1?${'a=1&'.repeat(maxHeader / 4)}`, bearer(good)],
    [
      'long act-as header',
      `${path}1`,
      { ...bearer(good), 'x-glean-actas': 'a@'.repeat(maxHeader / 4) },
    ],
    [
      'act-as header of spaces',
      `${path}1`,
      { ...bearer(good), 'x-glean-actas': `a${' '.repeat(maxHeader / 2)}a` },
    ],
  ];
}

function forgeToken(payload) {
  const header = encode({ alg: 'RS256', kid: 'k1', typ: 'JWT' });
  return `${header}.${Buffer.from(payload).toString('base64url')}.${'A'.repeat(342)}`;
}

function members(count) {
  return Array.from({ length: count }, (_, i) => `"m${i}":1`).join();
}

function many(count) {
  return Array.from({ length: count }, (_, i) => `a${i}`);
}

function nestActors(claims, depth) {
  let act = { sub: 'a' };
  for (let i = 0; i < depth; i++) act = { act };
  return { ...claims, act };
}

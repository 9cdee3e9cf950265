/** Values that a claim or a member of a header may get, as JSON text. */
const VALUES = [
  ...['null', 'true', '""', '"x"', '0', '-1', '1e3', '1e400', '9007199254740993', '[]', '{}'],
  ...['[null]', '["x"]', '[["x"]]', '{"a":1}', '"\\u0000"', '" "', '"\\ud800"', '"é"', '"x y"'],
];
const CLAIMS = [
  'iss',
  'aud',
  'sub',
  'exp',
  'nbf',
  'iat',
  'jti',
  'scope',
  'groups',
  'client_id',
  'cnf',
  'act',
];
const MEMBERS = ['alg', 'kid', 'typ', 'crit', 'b64', 'jku', 'jwk', 'x5u', 'zip', 'enc', 'cty'];

const STRICT_TEXT =
  'RFC 7515 §2, RFC 4648 §3.5: base64url without padding, other alphabets or bits after the end';
const STRICT_JSON =
  'RFC 7519 §4, RFC 7515 §4: a name occurs once, and readers that keep the last differ from others';

/**
 * Each changes `{ header, claims }`, which are JSON texts, or the finished token. `stricter` is why Mandate may reject
 * what another library accepts then, with its source.
 */
export const MUTATIONS = [
  {
    name: 'a claim of another value',
    stricter:
      'RFC 7519 §4.1, RFC 8693 §4.1, RFC 7800 §3.1: claims have the types of their definitions; cnf binds',
    apply: (token, random) => ({
      ...token,
      claims: setMember(token.claims, random.pick(CLAIMS), random.pick(VALUES)),
    }),
  },
  {
    name: 'a claim left out',
    stricter: 'RFC 9068 §2.2: a token has a subject and an end',
    apply: (token, random) => ({
      ...token,
      claims: removeMember(token.claims, random.pick(CLAIMS)),
    }),
  },
  {
    name: 'a claim twice',
    stricter: STRICT_JSON,
    apply: (token, random) => ({
      ...token,
      claims: addMember(token.claims, random.pick(CLAIMS), random.pick(VALUES)),
    }),
  },
  {
    name: 'a claim of the prototype',
    stricter: 'a member called __proto__ has two readings',
    apply: (token, random) => ({
      ...token,
      claims: addMember(token.claims, '__proto__', random.pick(VALUES)),
    }),
  },
  {
    name: 'a member of the header of another value',
    stricter:
      'RFC 7515 §4.1, RFC 8725 §3.11: kid is a string, typ names the kind of token, crit and b64 are unknown here',
    apply: (token, random) => ({
      ...token,
      header: setMember(token.header, random.pick(MEMBERS), random.pick(VALUES)),
    }),
  },
  {
    name: 'a member of the header twice',
    stricter: STRICT_JSON,
    apply: (token, random) => ({
      ...token,
      header: addMember(token.header, random.pick(MEMBERS), random.pick(VALUES)),
    }),
  },
  {
    name: 'white space in JSON',
    apply: (token, random) => ({
      ...token,
      claims: token.claims.replace(/,/g, `,${random.pick([' ', '\n', '\t'])}`),
    }),
  },
  {
    name: 'an escaped name',
    apply: (token) => ({ ...token, claims: token.claims.replace('"iss"', '"\\u0069ss"') }),
  },
  {
    name: 'bytes that are not UTF-8',
    stricter: 'RFC 7519 §7.2: the claims are UTF-8',
    apply: (token, random) => ({
      ...token,
      bytes: random.pick([[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf]]),
    }),
  },
  {
    name: 'a byte of the token changed',
    stricter: STRICT_TEXT,
    finish: (text, random) => {
      const at = random.below(text.length);
      return text.slice(0, at) + random.pick([...'Aa0-_.=+/ \n%é']) + text.slice(at + 1);
    },
  },
  {
    name: 'a character added',
    stricter: STRICT_TEXT,
    finish: (text, random) => {
      const at = random.below(text.length + 1);
      return text.slice(0, at) + random.pick([...'=.AQ \t']) + text.slice(at);
    },
  },
  {
    name: 'the end cut off',
    stricter: STRICT_TEXT,
    finish: (text, random) => text.slice(0, random.below(text.length)),
  },
  { name: 'two tokens', finish: (text) => `${text}.${text}` },
];

function setMember(json, name, value) {
  const removed = removeMember(json, name);
  return addMember(removed, name, value);
}

function addMember(json, name, value) {
  return json === '{}' ? `{"${name}":${value}}` : `${json.slice(0, -1)},"${name}":${value}}`;
}

function removeMember(json, name) {
  const object = parse(json);
  if (object === undefined) return json;
  delete object[name];
  return JSON.stringify(object);
}

function parse(json) {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

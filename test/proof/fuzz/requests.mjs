import { createHmac } from 'node:crypto';
import { createGuard } from '@mandate/core';
import { createJwtVerifier } from '@mandate/core/jwt';
import { createTokenFinder } from '@mandate/core/token-places';
import { mutateJson, mutateText } from './mutate.mjs';

const ISSUER = 'https://issuer.example';
const AUDIENCE = 'https://api.example';
const SECRET = Buffer.from('a secret of at least thirty-two bytes');

const toSegment = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Ada's token for the group `g1` with the scope `DOCS`. */
function signToken() {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    ...{ iss: ISSUER, aud: AUDIENCE, sub: 'ada', iat: now, exp: now + 86_400 },
    ...{ scope: 'DOCS', groups: ['g1'] },
  };
  const text = `${toSegment({ alg: 'HS256', typ: 'JWT' })}.${toSegment(claims)}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

const createVerifier = (permission = 'USER') =>
  createJwtVerifier({
    ...{ issuer: ISSUER, audience: AUDIENCE, secret: SECRET, algorithm: 'HS256' },
    permission: () => permission,
  });

/** The name of what the guard decided. Anything but an error of the table of errors is a fault. */
function toOutcome(decision) {
  if (decision.allowed) return 'allowed';
  const { code, status } = decision.error;
  if (typeof code !== 'string' || !(status >= 400 && status <= 503)) throw decision.error;
  return code;
}

const expect = (condition, message) => {
  if (!condition) throw new Error(message);
};

/** `Authorization`, cookies, act-as headers and their repetitions. */
export async function headers() {
  const token = signToken();
  const guard = createGuard({
    verifiers: [createVerifier('GLOBAL')],
    token: createTokenFinder([{ header: 'authorization' }, { cookie: '__Host-token' }]),
    actAs: {
      header: 'X-Act-As',
      parse: (value) => value,
      resolveUser: (user) => (user.toLowerCase() === 'grace' ? 'grace' : undefined),
    },
    onDecision: null,
  });
  const fragments = [
    'Bearer ',
    'bearer',
    token,
    ', ',
    '; ',
    '__Host-token=',
    '"',
    `Bearer ${token}`,
    'Basic ',
    'grace',
  ];
  const options = { fragments };
  const seeds = {
    authorization: [
      `Bearer ${token}`,
      `bearer   ${token}`,
      'Basic YTpi',
      `Bearer ${token}, Bearer ${token}`,
    ],
    cookie: [`__Host-token=${token}`, `a=b; __Host-token=${token}; c=d`, `__Host-token="${token}"`],
    'x-act-as': ['grace', 'Grace', 'grace, grace'],
  };
  return {
    generate(random) {
      const request = {};
      for (const [name, texts] of Object.entries(seeds)) {
        if (random.below(3) > 0) request[name] = mutateText(random.pick(texts), random, options);
      }
      return request;
    },
    async run(request) {
      const decision = await guard.authenticate({
        method: 'GET',
        path: '/',
        header: (name) => request[name],
      });
      const outcome = toOutcome(decision);
      if (outcome === 'allowed') {
        const { authorization = '', cookie = '' } = request;
        expect(
          authorization.includes(token) || cookie.includes(token),
          'allowed without the token',
        );
        const { subject } = decision.principal;
        expect(subject === 'ada' || /grace/i.test(request['x-act-as']), `became ${subject}`);
      }
      return outcome;
    },
  };
}

/** Request targets against a map with a public, a permitted and a forbidden part. */
export async function paths() {
  const authorization = `Bearer ${signToken()}`;
  const guard = createGuard({
    verifiers: [createVerifier()],
    endpoints: {
      'GET /public/*': 'public',
      'GET /docs/:id': { scopes: ['DOCS'] },
      'GET /docs/admin': { scopes: ['ADMIN'] },
      'GET /admin/*': { scopes: ['ADMIN'] },
      'GET /groups/:groupid/members': { scopes: ['DOCS'], group: { path: 'groupid' } },
    },
    onDecision: null,
  });
  const fragments = [
    '/',
    '//',
    '/../',
    '/./',
    '%2F',
    '%2f',
    '%5C',
    '\\',
    '%2e%2e',
    ';a=b',
    '%00',
    '%',
    '%C0%AF',
    'admin',
    'ADMIN',
    'public',
    'docs',
    '?',
    '#',
    '*',
    ':id',
    'g1',
    'g2',
    '%61dmin',
  ];
  const seeds = [
    '/public/a.css',
    '/docs/1',
    '/docs/admin',
    '/admin/users',
    '/groups/g1/members',
    '/groups/g2/members',
  ];
  return {
    generate: (random) => ({
      path: mutateText(random.pick(seeds), random, { fragments, most: 4 }),
      caseSensitive: random.below(2) === 0,
    }),
    async run({ path, caseSensitive }) {
      const decision = await guard.decide({
        method: 'GET',
        path,
        routing: { caseSensitive, strict: true },
        header: (name) => (name === 'authorization' ? authorization : undefined),
      });
      const outcome = toOutcome(decision);
      if (outcome === 'allowed') {
        const found = readLikeABrowser(path);
        const read = caseSensitive ? found : found.toLowerCase();
        expect(!/^\/(?:admin|docs\/admin)(?:\/|$)/.test(read), `allowed for ${read}`);
        expect(!/^\/groups\/(?!g1\/)/.test(read), `allowed for another group: ${read}`);
      }
      return outcome;
    },
  };
}

/** The path as URL parsers, and most servers of files behind a guard, read it. */
function readLikeABrowser(path) {
  try {
    return decodeURIComponent(new URL(path, 'http://api.example').pathname);
  } catch {
    return path;
  }
}

/** Bodies that name the group, read by `JSON.parse` or `URLSearchParams` behind the guard. */
export async function bodies() {
  const authorization = `Bearer ${signToken()}`;
  const guard = createGuard({
    verifiers: [createVerifier()],
    endpoints: { 'POST /visits': { scopes: ['DOCS'], group: { body: (body) => body?.groupid } } },
    onDecision: null,
  });
  const json = [
    '{"groupid":"g1","visitor":{"name":"a"}}',
    '{"groupid":"g2"}',
    '{"groupid":"g1"}',
    '{"a":1,"groupid":"g1"}',
  ];
  const form = [
    'groupid=g1&name=a',
    'groupid=g2',
    'groupid=g1',
    'groupid[]=g1',
    'groupid=g1&groupid=g2',
  ];
  const types = [
    'application/json',
    'application/json; charset=utf-8',
    'application/x-www-form-urlencoded',
    'application/vnd.a+json',
  ];
  return {
    generate(random) {
      const type = random.pick(types);
      const isForm = type.includes('form');
      const text = isForm
        ? mutateText(random.pick(form), random, {
            fragments: ['groupid', '=', '&', '%67roupid', '+', '%20', 'g2', '[]', ';'],
          })
        : mutateJson(random.pick(json), random, {
            fragments: ['"g1"', '"g2"', '["g1"]', '{"groupid":"g2"}'],
          });
      const spelled =
        random.below(6) === 0
          ? mutateText(type, random, { fragments: [';', ',', 'charset=', 'utf-16'] })
          : type;
      return { type: spelled, text, isForm };
    },
    async run({ type, text, isForm }) {
      const parsed = isForm ? Object.fromEntries(new URLSearchParams(text)) : parse(text);
      const lines = {
        authorization,
        'content-type': type,
        'content-length': String(Buffer.byteLength(text)),
      };
      const decision = await guard.decide({
        method: 'POST',
        path: '/visits',
        header: (name) => lines[name],
        body: () => parsed,
        rawBody: () => text,
      });
      const outcome = toOutcome(decision);
      if (outcome === 'allowed') {
        expect(parsed?.groupid === 'g1', 'allowed for another group');
        const others = isForm
          ? new URLSearchParams(text).getAll('groupid')
          : [firstGroup(text) ?? 'g1'];
        expect(
          others.every((group) => group === 'g1'),
          'a reader that keeps the first finds another group',
        );
      }
      return outcome;
    },
  };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a reader that keeps the first of equal names finds, in flat objects. */
function firstGroup(text) {
  return /^\{\s*(?:"a":1,)?"groupid"\s*:\s*"([^"]*)"/.exec(text)?.[1];
}

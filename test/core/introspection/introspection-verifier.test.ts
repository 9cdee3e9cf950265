import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGuard } from '@mandate/core';
import {
  createIntrospectionVerifier,
  type IntrospectionOptions,
} from '@mandate/core/introspection';
import { beforeEach, describe, expect, test } from 'vitest';
import { createRequest } from '../../support/auth-request.js';
import { listen } from '../../support/listen.js';

const NOW = Date.UTC(2030, 0, 1);
const SECONDS = NOW / 1000;
const ISSUER = 'https://sso.example/';
const API = 'https://api.example';
const ACTIVE = { active: true, sub: 'ada', aud: API, scope: 'SEARCH', exp: SECONDS + 60 };

let origin: string;
let requests: { readonly headers: IncomingMessage['headers']; readonly body: URLSearchParams }[];
let answer: (response: ServerResponse) => void;

const answerWith = (body: unknown) => {
  answer = (response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
};

beforeEach(async () => {
  requests = [];
  answerWith(ACTIVE);
  origin = await listen(async (request, response) => {
    const body = (await request.toArray()).join('');
    requests.push({ headers: request.headers, body: new URLSearchParams(body) });
    answer(response);
  });
});

function createDecide(options: Partial<IntrospectionOptions> = {}) {
  const verifier = createIntrospectionVerifier({
    endpoint: `${origin}/introspect`,
    issuer: ISSUER,
    audience: API,
    client: { id: 'api', secret: 'its secret' },
    ...options,
  });
  const guard = createGuard({ verifiers: [verifier], now: () => NOW });
  return async (token = 'opaque') => {
    const decision = await guard.authenticate(createRequest({ token }));
    return decision.allowed ? decision.principal : decision.error;
  };
}

describe('an active token', () => {
  test('becomes a principal', async () => {
    const authentication = { acr: 'mfa', auth_time: SECONDS - 10 };
    const members = { jti: 'id-1', groups: ['admins'], act: { sub: 'bot' }, plan: 'pro' };
    answerWith({ ...ACTIVE, ...members, ...authentication });
    expect(await createDecide()()).toEqual({
      subject: 'ada',
      actor: { subject: 'bot', actor: undefined },
      permission: 'USER',
      scopes: ['SEARCH'],
      groups: ['admins'],
      tokenId: 'id-1',
      issuer: ISSUER,
      expiresAt: SECONDS + 60,
      // RFC 9470 §6.2.
      claims: expect.objectContaining({ plan: 'pro', ...authentication }),
    });
  });

  test('is mapped as the options say', async () => {
    answerWith({ ...ACTIVE, sub: undefined, username: 'ada@example.com', roles: ['ADMIN'] });
    const decide = createDecide({
      subject: (claims) => claims['username'],
      scopes: (claims) => claims['roles'],
      permission: () => 'ANONYMOUS',
    });
    const principal = { subject: 'ada@example.com', scopes: ['ADMIN'], permission: 'ANONYMOUS' };
    expect(await decide()).toMatchObject({ ...principal, actor: undefined });
  });

  test.each([
    ['of one of several audiences', { aud: ['x', API] }],
    ['without a type', { token_type: undefined }],
    ['of the type Bearer', { token_type: 'Bearer' }],
    ['of the type access_token', { token_type: 'access_token' }],
    ['that names its issuer', { iss: ISSUER }],
    ['without an expiry', { exp: undefined }],
  ])('%s is accepted', async (_case, members) => {
    answerWith({ ...ACTIVE, ...members });
    expect(await createDecide()()).toMatchObject({ subject: 'ada' });
  });
});

describe('a token is rejected', () => {
  test.each<[string, object, string]>([
    ['that is not active', { active: false }, 'token_invalid'],
    ['for another audience', { ...ACTIVE, aud: 'https://other.example' }, 'token_invalid'],
    ['for no audience', { ...ACTIVE, aud: undefined }, 'token_invalid'],
    ['for a malformed audience', { ...ACTIVE, aud: [API, 7] }, 'token_invalid'],
    ['of another issuer', { ...ACTIVE, iss: 'https://other.example' }, 'token_invalid'],
    ['that has expired', { ...ACTIVE, exp: SECONDS }, 'token_expired'],
    ['that never expires by its number', { ...ACTIVE, exp: '1e400' }, 'token_invalid'],
    ['that is not valid yet', { ...ACTIVE, nbf: SECONDS + 1 }, 'token_invalid'],
    ['of the type DPoP', { ...ACTIVE, token_type: 'DPoP' }, 'token_invalid'],
    ['of the type refresh_token', { ...ACTIVE, token_type: 'refresh_token' }, 'token_invalid'],
    ['that is bound to a key', { ...ACTIVE, cnf: { jkt: 'x' } }, 'token_invalid'],
    ['without a subject', { ...ACTIVE, sub: undefined }, 'token_invalid'],
  ])('%s', async (_case, body, code) => {
    answerWith(body);
    expect(await createDecide()()).toMatchObject({ code });
  });
});

describe('hostile: no token is reported as invalid', () => {
  test.each<[string, (response: ServerResponse) => void, string]>([
    [
      'when the server fails',
      (response) => response.writeHead(500).end(),
      'answered with an error',
    ],
    [
      'when it rejects this API',
      (response) => response.writeHead(401).end('{}'),
      'rejects the credentials of this API',
    ],
    [
      'when it forbids this API',
      (response) => response.writeHead(403).end(),
      'rejects the credentials of this API',
    ],
    [
      'when it redirects',
      (response) => response.writeHead(307, { location: '/x' }).end(),
      'an error',
    ],
    ['when it answers with a page', (response) => response.end('<html>'), 'endpoint is invalid'],
    ['when it answers nothing', (response) => response.end(), 'endpoint is invalid'],
    [
      'when active is text',
      (response) => response.end('{"active":"true","sub":"eve"}'),
      'endpoint is invalid',
    ],
    [
      'when active is written twice',
      (response) => response.end('{"active":false,"active":true}'),
      'endpoint is invalid',
    ],
    ['when it answers with a list', (response) => response.end('[]'), 'endpoint is invalid'],
    [
      'when it answers too much',
      (response) => response.end('x'.repeat(200_000)),
      'cannot be reached',
    ],
    ['when it cuts the connection', (response) => response.destroy(), 'cannot be reached'],
  ])('%s', async (_case, respond, reason) => {
    answer = respond;
    const error = await createDecide()();
    expect(error).toMatchObject({ code: 'verifier_unavailable', retryAfterSeconds: 5 });
    expect((error as Error).message).toContain(reason);
  });

  test('when the server does not answer in time', async () => {
    answer = () => {};
    expect(await createDecide({ timeoutMs: 20 })()).toMatchObject({ code: 'verifier_unavailable' });
  });
});

describe('the API authenticates', () => {
  test('by default with its secret in the header', async () => {
    await createDecide({ client: { id: 'a b', secret: 'c:d+é' } })('t/+=');
    const [{ headers, body }] = requests as [(typeof requests)[0]];
    const basic = Buffer.from(
      headers.authorization?.replace('Basic ', '') ?? '',
      'base64',
    ).toString();
    expect(basic).toBe('a+b:c%3Ad%2B%C3%A9');
    expect(Object.fromEntries(body)).toEqual({ token: 't/+=', token_type_hint: 'access_token' });
  });

  test('with its secret in the body', async () => {
    await createDecide({ client: { id: 'api', secret: 's', secretIn: 'post' } })();
    expect(requests[0]?.headers.authorization).toBeUndefined();
    expect(Object.fromEntries(requests[0]?.body ?? [])).toMatchObject({
      client_id: 'api',
      client_secret: 's',
    });
  });

  test('with a private key', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
      'verify',
    ]);
    await createDecide({ client: { id: 'api', privateKey: pair.privateKey, kid: 'k1' } })();
    const assertion = requests[0]?.body.get('client_assertion') ?? '';
    const [header, claims] = assertion
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString());
    expect(JSON.parse(header ?? '')).toMatchObject({ alg: 'ES256', kid: 'k1' });
    expect(JSON.parse(claims ?? '')).toMatchObject({ iss: 'api', sub: 'api', aud: ISSUER });
  });
});

test('a token is introspected once, and a flood of invented tokens is bounded', async () => {
  const decide = createDecide({ remember: { maxConcurrent: 2 } });
  await decide();
  await decide();
  expect(requests).toHaveLength(1);
  answer = () => {};
  for (let i = 0; i < 100; i++) void decide(`invented-${i}`);
  expect(await decide('one-more')).toMatchObject({ code: 'verifier_unavailable' });
  expect(await decide()).toMatchObject({ subject: 'ada' });
});

test('only tokens that `accepts` selects are introspected', async () => {
  const decide = createDecide({ accepts: ({ token }) => token.startsWith('ory_at_') });
  expect(await decide('other')).toMatchObject({ code: 'token_invalid' });
  expect(requests).toHaveLength(0);
  expect(await decide('ory_at_x')).toMatchObject({ subject: 'ada' });
});

test.each<[string, object]>([
  ['without an audience', { audience: undefined }],
  ['with an empty list of audiences', { audience: [] }],
  ['without an issuer', { issuer: undefined }],
  ['with an insecure endpoint', { endpoint: 'http://sso.example/introspect' }],
  ['with an endpoint that is not a URL', { endpoint: '/introspect' }],
  ['without a client', { client: undefined }],
  ['with a client without an id', { client: { secret: 's' } }],
  ['with a client without a secret', { client: { id: 'api' } }],
  ['with an empty secret', { client: { id: 'api', secret: '' } }],
  ['with a secret in the query', { client: { id: 'api', secret: 's', secretIn: 'query' } }],
  ['with a secret and a key', { client: { id: 'api', secret: 's', privateKey: {} } }],
  ['with a key that is text', { client: { id: 'api', privateKey: 'PEM' } }],
  ['with an unknown option of the client', { client: { id: 'api', secret: 's', password: 's' } }],
  ['with an unknown option', { cacheSeconds: 60 }],
  ['with an unknown option of remember', { remember: { ttl: 60 } }],
  ['with a time-out of 0', { timeoutMs: 0 }],
  ['with a mapping that is a claim name', { subject: 'username' }],
])('a verifier cannot be made %s', (_case, options) => {
  expect(() => createDecide(options as Partial<IntrospectionOptions>)).toThrow(TypeError);
});
